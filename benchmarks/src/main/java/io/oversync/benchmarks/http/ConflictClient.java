/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Uploads new rows, and among them some that the server has already.
 */
final class ConflictClient implements Client<Upload> {

	/** Enough that an upload does not meet the rows of the one before. */
	private static final int KNOWN_PER_CONFLICT = 10;

	private final UploadClient client;

	private final int conflicts;

	private final List<Row> known;

	ConflictClient(UploadClient client, Device device, int conflicts) throws IOException {
		this.client = client;
		this.conflicts = conflicts;
		this.known = new ArrayList<>(
				Stream.generate(Row::random).limit((long) conflicts * KNOWN_PER_CONFLICT).toList());
		client.send(device.upload(this.known, 0));
	}

	@Override
	public Upload prepare() {
		Collections.rotate(this.known, this.conflicts);
		return this.client.prepare(this.known.subList(0, this.conflicts));
	}

	@Override
	public int send(Upload upload) throws IOException {
		return this.client.send(upload);
	}

	@Override
	public void close() throws IOException {
		this.client.close();
	}

}

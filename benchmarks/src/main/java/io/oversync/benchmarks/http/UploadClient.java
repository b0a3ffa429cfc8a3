/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Uploads new rows.
 */
final class UploadClient implements Client<Upload> {

	private static final byte[] APPLIED = "\"applied\"".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] CONFLICT = "\"conflict\"".getBytes(StandardCharsets.US_ASCII);

	private final HttpConnection connection;

	private final Device device;

	private final int batch;

	UploadClient(HttpConnection connection, Device device, int batch) {
		this.connection = connection;
		this.device = device;
		this.batch = batch;
	}

	@Override
	public Upload prepare() {
		return prepare(List.of());
	}

	/**
	 * Makes an upload of new rows and of such that the server has already.
	 * @param known the latter, spread over the upload
	 */
	Upload prepare(List<Row> known) {
		List<Row> rows = Stream.generate(Row::random)
			.limit(this.batch)
			.collect(Collectors.toCollection(ArrayList::new));
		for (int i = 0; i < known.size(); i++) {
			rows.set(i * this.batch / known.size(), known.get(i));
		}
		return this.device.upload(rows, known.size());
	}

	@Override
	public int send(Upload upload) throws IOException {
		int status = this.connection.exchange(upload.request());
		if (status != 200 || this.connection.count(APPLIED) != upload.changes() - upload.conflicts()
				|| this.connection.count(CONFLICT) != upload.conflicts()) {
			throw new IllegalStateException("Answered " + status + ": " + this.connection.body());
		}
		return upload.changes();
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}

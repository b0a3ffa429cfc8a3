/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Asks for the same few changes again and again.
 */
final class PollClient implements Client<byte[]> {

	/** In an answer without changes. */
	static final String NOTHING = "\"changes\":[]";

	private final HttpConnection connection;

	private final byte[] request;

	private final byte[] expected;

	/**
	 * Creates the client.
	 * @param connection for it alone
	 * @param device the device
	 * @param after its cursor, which stays where it is
	 * @param expected occurs once in each answer
	 */
	PollClient(HttpConnection connection, Downloader device, long after, String expected) {
		this.connection = connection;
		this.request = device.page(after, false);
		this.expected = expected.getBytes(StandardCharsets.US_ASCII);
	}

	@Override
	public byte[] prepare() {
		return this.request;
	}

	@Override
	public int send(byte[] request) throws IOException {
		int status = this.connection.exchange(request);
		if (status != 200 || this.connection.count(this.expected) != 1) {
			throw new IllegalStateException("Answered " + status + ": " + this.connection.body());
		}
		return 1;
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}

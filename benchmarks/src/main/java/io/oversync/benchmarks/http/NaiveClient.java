/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;

/**
 * Writes new rows to the back end that an application would write without sync: no
 * stream, no versions, no retries.
 */
final class NaiveClient implements Client<byte[]> {

	private final HttpConnection connection;

	private final Device device;

	NaiveClient(HttpConnection connection, Device device) {
		this.connection = connection;
		this.device = device;
	}

	@Override
	public byte[] prepare() {
		return this.device.save(Row.random());
	}

	@Override
	public int send(byte[] request) throws IOException {
		int status = this.connection.exchange(request);
		if (status != 200) {
			throw new IllegalStateException("Answered " + status + ": " + this.connection.body());
		}
		return 1;
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}

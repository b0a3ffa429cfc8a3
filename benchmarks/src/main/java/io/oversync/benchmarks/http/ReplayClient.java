/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;

/**
 * Sends uploads a second time.
 */
final class ReplayClient implements Client<Upload> {

	private final UploadClient client;

	ReplayClient(UploadClient client) {
		this.client = client;
	}

	@Override
	public Upload prepare() throws IOException {
		Upload upload = this.client.prepare();
		this.client.send(upload);
		return upload;
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

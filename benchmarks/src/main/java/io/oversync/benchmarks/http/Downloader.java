/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.nio.charset.StandardCharsets;

import io.oversync.benchmarks.http.server.Tokens;

/**
 * A device that asks for what others have changed.
 */
final class Downloader {

	static final int LIMIT = 1000;

	private final String token;

	Downloader(String user, String device) {
		this.token = Tokens.sign(user, device);
	}

	/**
	 * Makes the request of a page.
	 * @param after the cursor
	 * @param gzip whether the answer may be compressed
	 */
	byte[] page(long after, boolean gzip) {
		return page(after, LIMIT, gzip);
	}

	/**
	 * Makes the request of a page of some length.
	 * @param after the cursor
	 * @param limit the most changes
	 * @param gzip whether the answer may be compressed
	 */
	byte[] page(long after, int limit, boolean gzip) {
		return get("/sync/download?after=" + after + "&limit=" + limit, gzip ? "Accept-Encoding: gzip\r\n" : "");
	}

	/** Makes a request that is answered with nothing. */
	byte[] empty() {
		return get("/empty", "");
	}

	private byte[] get(String path, String headers) {
		return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + this.token + "\r\n" + headers
				+ "\r\n")
			.getBytes(StandardCharsets.US_ASCII);
	}

}

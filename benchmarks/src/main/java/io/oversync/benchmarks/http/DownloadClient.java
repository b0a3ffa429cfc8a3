/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Downloads full pages, one after the other, and from the first again after the last. The
 * first answer is read, the others have to be about as long.
 */
final class DownloadClient implements Client<byte[]> {

	private static final String CHANGE = "{\"server_id\":";

	private final HttpConnection connection;

	private final Downloader device;

	private final Cursor cursor;

	private final boolean gzip;

	private final int shortest;

	/**
	 * Creates the client.
	 * @param connection for it alone
	 * @param device a device that has no changes of its own
	 * @param cursor goes round its pages
	 * @param gzip whether they are compressed
	 */
	DownloadClient(HttpConnection connection, Downloader device, Cursor cursor, boolean gzip) throws IOException {
		this.connection = connection;
		this.device = device;
		this.cursor = cursor;
		this.gzip = gzip;
		this.shortest = check() / 2;
	}

	private int check() throws IOException {
		int status = this.connection.exchange(prepare());
		try (InputStream body = this.gzip ? new GZIPInputStream(this.connection.stream()) : this.connection.stream()) {
			String page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
			if (status != 200 || page.split(Pattern.quote(CHANGE), -1).length - 1 != Downloader.LIMIT) {
				throw new IllegalStateException("Answered " + status + ": " + page);
			}
		}
		return this.connection.length();
	}

	@Override
	public byte[] prepare() {
		return this.device.page(this.cursor.next(), this.gzip);
	}

	@Override
	public int send(byte[] request) throws IOException {
		int status = this.connection.exchange(request);
		if (status != 200 || this.connection.length() < this.shortest) {
			throw new IllegalStateException("Answered " + status + ": " + this.connection.body());
		}
		return Downloader.LIMIT;
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}

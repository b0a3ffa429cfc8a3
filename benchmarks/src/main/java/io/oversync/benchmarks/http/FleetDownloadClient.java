/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Downloads the last changes, or asks for what comes after them: each time a device of
 * another user of a fleet.
 */
final class FleetDownloadClient implements Client<byte[]> {

	private static final byte[] CHANGE = "\"server_id\":".getBytes(StandardCharsets.US_ASCII);

	/** Of a page for which nothing is left. */
	private static final int SOME = 100;

	private final HttpConnection connection;

	private final Fleet fleet;

	private final int changes;

	private final Map<String, byte[]> requests = new HashMap<>();

	private int number;

	/**
	 * Creates the client.
	 * @param connection for it alone
	 * @param fleet the users
	 * @param changes how many to download, 0 to find nothing new
	 */
	FleetDownloadClient(HttpConnection connection, Fleet fleet, int changes) {
		this.connection = connection;
		this.fleet = fleet;
		this.changes = changes;
	}

	@Override
	public byte[] prepare() {
		return this.requests.computeIfAbsent(this.fleet.user(this.number++), (user) -> new Downloader(user, "tablet")
			.page(this.fleet.changes() - this.changes, Math.max(this.changes, SOME), false));
	}

	@Override
	public int send(byte[] request) throws IOException {
		int status = this.connection.exchange(request);
		if (status != 200 || this.connection.count(CHANGE) != this.changes) {
			throw new IllegalStateException("Answered " + status + ": " + this.connection.body());
		}
		return this.changes;
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Uploads new rows, each upload by another user of a fleet.
 */
final class FleetUploadClient implements Client<Upload> {

	private final UploadClient client;

	private final Fleet fleet;

	private final int batch;

	private final Supplier<UUID> keys;

	private final Map<String, Device> devices = new HashMap<>();

	private int number;

	/**
	 * Creates the client.
	 * @param connection for it alone
	 * @param fleet the users
	 * @param batch rows of an upload
	 * @param keys keys of new rows
	 */
	FleetUploadClient(HttpConnection connection, Fleet fleet, int batch, Supplier<UUID> keys) {
		this.client = new UploadClient(connection, new Device(fleet.user(0), UploadLoads.TYPED), batch);
		this.fleet = fleet;
		this.batch = batch;
		this.keys = keys;
	}

	@Override
	public Upload prepare() {
		List<Row> rows = Stream.generate(this.keys).limit(this.batch).map(Row::random).toList();
		// ids that no device has used before, also after others have uploaded
		return this.devices
			.computeIfAbsent(this.fleet.user(this.number++),
					(user) -> new Device(user, UploadLoads.TYPED, System.nanoTime()))
			.upload(rows, 0);
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

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.oversync.simulator.device.ServerTables;
import io.oversync.simulator.server.OwnServer;

/**
 * What an attack leaves behind on a server.
 */
final class ServerActivity {

	private static final String BUSY = """
			select count(*) from pg_stat_activity
			where datname = current_database() and application_name = ? and state <> 'idle'""";

	private static final int POLL_MILLIS = 100;

	private final OwnServer server;

	ServerActivity(OwnServer server) {
		this.server = server;
	}

	/** Returns how much the server has logged. */
	long logBytes() throws IOException {
		return Files.size(this.server.log());
	}

	/**
	 * Waits until the server uses no connection to its database any more.
	 * @param patience how long at most
	 * @return how many it uses still
	 */
	long awaitIdleConnections(Duration patience) throws InterruptedException {
		ServerTables tables = new ServerTables(this.server.jdbcUrl());
		long deadline = System.nanoTime() + patience.toNanos();
		long busy = tables.count(BUSY, OwnServer.APPLICATION_NAME);
		while (busy > 0 && System.nanoTime() < deadline) {
			TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
			busy = tables.count(BUSY, OwnServer.APPLICATION_NAME);
		}
		return busy;
	}

}

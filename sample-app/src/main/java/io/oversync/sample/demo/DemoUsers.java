/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.util.List;
import java.util.UUID;

import io.oversync.service.ServerWrites;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncDevices;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Removes what a session has left on the server.
 */
final class DemoUsers {

	private static final String TABLE = "business.notes";

	private static final int AT_A_TIME = 200;

	private final JdbcTemplate jdbc;

	private final ServerWrites writes;

	private final SyncDevices devices;

	private final StreamCompaction compaction;

	DemoUsers(JdbcTemplate jdbc, ServerWrites writes, SyncDevices devices, StreamCompaction compaction) {
		this.jdbc = jdbc;
		this.writes = writes;
		this.devices = devices;
		this.compaction = compaction;
	}

	/**
	 * Removes the user's rows, devices and, as far as their stream can be without them,
	 * entries.
	 * @param user the user
	 */
	void remove(String user) {
		List<UUID> rows = next(user);
		while (!rows.isEmpty()) {
			this.writes.write(user, rows.stream().map((row) -> ServerWrites.Write.delete(TABLE, row)).toList());
			rows = next(user);
		}
		this.devices.list(user).forEach((device) -> this.devices.forget(user, device.id()));
		this.compaction.compact(user);
	}

	private List<UUID> next(String user) {
		return this.jdbc.queryForList("select id from business.notes where owner_id = ? limit " + AT_A_TIME, UUID.class,
				user);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.util.List;

import io.oversync.service.SyncDevices;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What users of the demo leave in the database.
 */
final class DemoUsers {

	/** No other user is ever removed. */
	static final String USER = "demo-[0-9a-f]{16}";

	/** Its writers wait, and find nothing when it is their turn. */
	private static final String LOCK = "select stream_id from sync.stream where user_id = ? for update";

	private static final List<String> OF_A_STREAM = List.of("change", "row_version", "restore", "row_owner",
			"device_columns", "materialize_failures", "compaction", "device", "source", "stream");

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final SyncDevices devices;

	DemoUsers(JdbcTemplate jdbc, PlatformTransactionManager transactions, SyncDevices devices) {
		this.jdbc = jdbc;
		this.devices = devices;
		this.transaction = new TransactionTemplate(transactions);
	}

	/**
	 * Removes a user: the rows, the stream and the devices.
	 * <p>
	 * The library has no call for this, so it is the sample's own SQL on the tables that
	 * {@code docs/architecture.md} describes. An application must not copy it: a device
	 * of the user that comes back would upload to an empty stream. The two phones of the
	 * demo are gone by now, and no user comes twice.
	 * @param user a user of the demo whose phones are closed
	 */
	void remove(String user) {
		if (!user.matches(USER)) {
			throw new IllegalArgumentException("Not a user of the demo: " + user);
		}
		// writes what the server has noted of them, which would come later otherwise
		this.devices.list(user);
		this.transaction.executeWithoutResult((status) -> {
			List<Long> streams = this.jdbc.queryForList(LOCK, Long.class, user);
			this.jdbc.update("delete from business.notes where owner_id = ?", user);
			// what the triggers have noted of it
			this.jdbc.update("delete from sync.captured_row where owner = ?", user);
			for (Long stream : streams) {
				OF_A_STREAM
					.forEach((table) -> this.jdbc.update("delete from sync." + table + " where stream_id = ?", stream));
			}
		});
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.oversync.client.SyncSetupException;
import io.oversync.client.SyncTable;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.table.LocalTable;

/**
 * Tables that the server does not know yet, as when the application is newer than the
 * server. Their changes wait: they are tried again when the client is opened and once a
 * day, with one change first.
 */
public final class UnknownTables {

	private static final Duration RETRY = Duration.ofDays(1);

	/** Names that the server accepts (§2). */
	private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");

	private final Database database;

	private final Clock clock;

	public UnknownTables(Database database, Clock clock) {
		this.database = database;
		this.clock = clock;
	}

	/** Refuses names that no server can take, whatever tables it has. */
	public static void checkNames(List<SyncTable> tables, String defaultSchema) {
		for (SyncTable table : tables) {
			String schema = (table.serverSchema() != null) ? table.serverSchema() : defaultSchema;
			for (String name : List.of(schema, table.serverTable())) {
				if (!NAME.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
					throw new SyncSetupException("The table '" + table.name() + "' would be '" + schema + "'.'"
							+ table.serverTable() + "' on the server, whose names have letters of a to z, digits and _"
							+ " only: say what it is called there with SyncTable.onServer(schema, table)");
				}
			}
		}
	}

	/** Makes all tables due for another attempt. */
	public void retryAll() throws SQLException {
		this.database.update("UPDATE _sync_table SET retry_at = ? WHERE retry_at IS NOT NULL", Long.MIN_VALUE);
	}

	/** Notes that the server has refused a table. */
	public void refused(LocalTable table) throws SQLException {
		this.database.update("UPDATE _sync_table SET retry_at = ? WHERE table_no = ?",
				this.clock.millis() + RETRY.toMillis(), table.no());
	}

	/** Notes that the server knows a table. */
	public void accepted(LocalTable table) throws SQLException {
		this.database.update("UPDATE _sync_table SET retry_at = NULL WHERE table_no = ? AND retry_at IS NOT NULL",
				table.no());
	}

	/** Returns how many changes of a table may be sent at a time. */
	public int limit(LocalTable table) throws SQLException {
		Long retry = this.database.first("SELECT retry_at FROM _sync_table WHERE table_no = ? AND retry_at IS NOT NULL",
				(row) -> row.getLong(1), table.no());
		if (retry == null) {
			return Integer.MAX_VALUE;
		}
		long now = this.clock.millis();
		// a clock that was put back does not make it wait for longer
		return (retry <= now || retry > now + RETRY.toMillis()) ? 1 : 0;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.capture;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.SqlText;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that were taken off the list: their triggers and all that is noted of them go,
 * so that they neither count as pending nor cost anything. Their rows stay. A table that
 * comes back is compared with the server row by row.
 */
final class UnlistedTables {

	private static final Logger logger = LoggerFactory.getLogger(UnlistedTables.class);

	private UnlistedTables() {
	}

	/** Cleans up, within a transaction, what is noted of all other tables. */
	static void clean(Database database, List<LocalTable> listed) throws SQLException {
		String numbers = listed.stream().map((table) -> String.valueOf(table.no())).collect(Collectors.joining(", "));
		List<String> names = database.query("SELECT name FROM _sync_table WHERE table_no NOT IN (" + numbers + ")",
				(row) -> row.getString(1));
		if (names.isEmpty()) {
			return;
		}
		long pending = database.number("SELECT (SELECT count(*) FROM _sync_dirty WHERE table_no NOT IN (" + numbers
				+ ")) + (SELECT count(*) FROM _sync_outbox WHERE table_no NOT IN (" + numbers + "))");
		if (pending > 0) {
			logger.warn("{} changes of tables that are not on the list any more ({}) will not be sent: the rows stay as"
					+ " they are, and rows that were deleted come back if the table is listed again. Sync before a"
					+ " table leaves the list", pending, String.join(", ", names));
		}
		for (String name : names) {
			dropTriggers(database, name);
		}
		for (String table : LocalKeys.BOOKKEEPING) {
			forget(database, table, numbers);
		}
		forget(database, "_sync_spelling", numbers);
		forget(database, "_sync_table", numbers);
	}

	private static void forget(Database database, String table, String listed) throws SQLException {
		database.update("DELETE FROM " + table + " WHERE table_no NOT IN (" + listed + ")");
	}

	private static void dropTriggers(Database database, String table) throws SQLException {
		List<String> triggers = database.query("""
				SELECT name FROM sqlite_schema
				WHERE type = 'trigger' AND lower(tbl_name) = ? AND name LIKE '\\_sync\\_%' ESCAPE '\\'""",
				(row) -> row.getString(1), table);
		for (String trigger : triggers) {
			database.execute("DROP TRIGGER " + SqlText.name(trigger));
		}
	}

}

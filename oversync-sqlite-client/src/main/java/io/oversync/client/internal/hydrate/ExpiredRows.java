/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.hydrate;

import java.sql.SQLException;
import java.util.List;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.LocalTable;

/**
 * Rows that the server has confirmed once and that were deleted so long ago that it does
 * not know that any more. They go as if their deletes had come. What was changed here
 * meanwhile, or may have been, stays, and is sent. A change that the server has refused
 * meets the delete as it would have met one that came.
 */
final class ExpiredRows {

	private final Database database;

	ExpiredRows(Database database) {
		this.database = database;
	}

	/**
	 * Stages the deletes of known rows that are not among those which the server has.
	 * @param after only rows with greater keys
	 * @param until and not beyond this one
	 * @return the number
	 */
	int stage(LocalTable table, Object after, Object until) throws SQLException {
		// what was to be written once there is room for it
		this.database.update("""
				DELETE FROM _sync_held AS h WHERE h.table_no = ?1 AND h.key > ?2 AND h.key <= ?3
				  AND NOT EXISTS (SELECT 1 FROM _sync_staged AS s WHERE s.table_no = h.table_no AND s.key = h.key)""",
				table.no(), after, until);
		List<Known> rows = this.database.query("""
				SELECT r.key, r.version FROM _sync_row AS r
				WHERE r.table_no = ?1 AND r.key > ?2 AND r.key <= ?3 AND r.deleted = 0 AND r.missing = 0
				  AND NOT EXISTS (SELECT 1 FROM _sync_table AS t WHERE t.table_no = r.table_no AND t.compare = 1)
				  AND NOT EXISTS (SELECT 1 FROM _sync_staged AS s WHERE s.table_no = r.table_no AND s.key = r.key)
				  AND NOT EXISTS (SELECT 1 FROM _sync_dirty AS d WHERE d.table_no = r.table_no AND d.key = r.key)
				  AND NOT EXISTS (SELECT 1 FROM _sync_outbox AS o WHERE o.table_no = r.table_no AND o.key = r.key)
				ORDER BY r.key""", (row) -> new Known(row.getObject(1), row.getLong(2)), table.no(), after, until);
		for (Known row : rows) {
			this.database.update(
					"""
							INSERT INTO _sync_staged (seq, table_no, key, pk, version, deleted, payload, confirmed, late, regained)
							SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ?, 1, NULL, 1, 0, 0 FROM _sync_staged""",
					table.no(), row.key, UuidKeys.uuid(row.key), row.version + 1);
		}
		return rows.size();
	}

	/**
	 * A row as it is known here.
	 *
	 * @param key its key
	 * @param version its version
	 */
	private record Known(Object key, long version) {
	}

}

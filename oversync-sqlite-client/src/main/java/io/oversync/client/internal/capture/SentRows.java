/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.capture;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.table.ColumnDefaults;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.PayloadCodec;

/**
 * Rows that were sent and have no answer, or were refused: a migration changes them
 * without a trigger.
 */
final class SentRows {

	private final Database database;

	private final ColumnDefaults defaults;

	SentRows(Database database) {
		this.database = database;
		this.defaults = new ColumnDefaults(database);
	}

	/** Notes an edit of each row that is not as it was sent. */
	void noteEdits(LocalTable table) throws SQLException {
		noteEdits(table, "_sync_outbox");
		noteEdits(table, "_sync_quarantine");
	}

	private void noteEdits(LocalTable table, String bookkeeping) throws SQLException {
		List<Object> edited = new ArrayList<>();
		this.database.each("SELECT o.key, o.payload, " + LocalRows.columns(table, "t") + " FROM " + bookkeeping
				+ " AS o CROSS JOIN " + table.quoted() + " AS t ON t." + table.key().quoted()
				+ " = +o.key WHERE o.table_no = " + table.no() + " AND NOT EXISTS (SELECT 1 FROM _sync_dirty AS d"
				+ " WHERE d.table_no = o.table_no AND d.key = o.key)", (row) -> {
					if (!isAsSent(table, row)) {
						edited.add(row.getObject(1));
					}
					return true;
				});
		for (Object key : edited) {
			this.database.update("INSERT INTO _sync_dirty (table_no, key) VALUES (?, ?)", table.no(), key);
		}
	}

	/** Columns that were not sent held their defaults then, or did not exist. */
	private boolean isAsSent(LocalTable table, ResultSet row) throws SQLException {
		if (row.getString(2) == null) {
			return false;
		}
		RowPayload payload = RowPayload.parse(row.getString(2));
		SyncRow local = LocalRows.map(table, row, 3);
		Set<String> absent = PayloadCodec.absent(table, payload);
		return PayloadCodec.isSame(table, local, payload)
				&& this.defaults.unset(table, local, absent).size() == absent.size();
	}

}

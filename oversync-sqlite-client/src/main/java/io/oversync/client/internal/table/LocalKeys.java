/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.client.ServerException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.support.UuidKeys;
import org.jspecify.annotations.Nullable;

/**
 * Keys of rows, in a table and on the wire.
 */
public final class LocalKeys {

	/** The tables that hold keys as the application's table does. */
	public static final List<String> BOOKKEEPING = List.of("_sync_row", "_sync_held", "_sync_dirty", "_sync_outbox",
			"_sync_quarantine", "_sync_lost", "_sync_staged", "_sync_image");

	private final Database database;

	/**
	 * Tables with unusual spellings. Most have none, which saves a query for each row.
	 */
	private final Map<Long, Boolean> spelled = new HashMap<>();

	private long spelledAsOf;

	public LocalKeys(Database database) {
		this.database = database;
	}

	/**
	 * Returns the key that a row of the server has, or gets, in the local table.
	 * @param pk a UUID
	 * @param spelled the key in the payload, whose spelling foreign keys may rely on
	 */
	public Object local(LocalTable table, String pk, @Nullable Object spelled) throws SQLException {
		String uuid = UuidKeys.uuid(pk);
		if (uuid == null) {
			throw new ServerException(200, "", "The server sent a row of " + table.serverSchema() + "."
					+ table.serverTable() + " whose key is no UUID: it does not speak this protocol", null);
		}
		Object known = spelling(table, uuid);
		if (known != null) {
			return known;
		}
		if (table.hasBlobKey()) {
			return UuidKeys.bytes(uuid);
		}
		if (spelled instanceof String text && !text.equals(uuid) && uuid.equals(UuidKeys.uuid(text))
				&& !exists(table, uuid)) {
			spell(table, uuid, text);
			return text;
		}
		return uuid;
	}

	public @Nullable Object spelling(LocalTable table, String uuid) throws SQLException {
		if (!hasSpellings(table)) {
			return null;
		}
		return this.database.first("SELECT key FROM _sync_spelling WHERE table_no = ? AND pk = ?",
				(row) -> row.getObject(1), table.no(), uuid);
	}

	private boolean hasSpellings(LocalTable table) throws SQLException {
		if (this.spelledAsOf != this.database.transaction()) {
			this.spelled.clear();
			this.spelledAsOf = this.database.transaction();
		}
		Boolean has = this.spelled.get(table.no());
		if (has == null) {
			has = this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_spelling WHERE table_no = ?)",
					table.no()) > 0;
			this.spelled.put(table.no(), has);
		}
		return has;
	}

	public void spell(LocalTable table, String uuid, Object key) throws SQLException {
		this.spelled.put(table.no(), true);
		this.database.update("INSERT OR REPLACE INTO _sync_spelling (table_no, pk, key) VALUES (?, ?, ?)", table.no(),
				uuid, key);
	}

	/** Moves what is known of a row along with its key. */
	public void move(LocalTable table, Object before, Object key) throws SQLException {
		for (String bookkeeping : BOOKKEEPING) {
			this.database.update("UPDATE OR REPLACE " + bookkeeping + " SET key = ? WHERE table_no = ? AND key = ?",
					key, table.no(), before);
		}
	}

	public boolean exists(LocalTable table, Object key) throws SQLException {
		String column = table.key().quoted();
		// the column's own collation may take another spelling for this one
		return this.database.number("SELECT count(*) FROM " + table.quoted() + " WHERE " + column + " = ? AND " + column
				+ " = ? COLLATE BINARY", key, key) > 0;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.oversync.client.ServerException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.support.UuidKeys;
import org.jspecify.annotations.Nullable;

/**
 * Keys of rows, in a table and on the wire. A row is its UUID, in whatever spelling a
 * text has it: the bookkeeping has a row under one spelling, and follows the row when
 * that changes.
 */
public final class LocalKeys {

	/** The tables that hold keys as the application's table does. */
	public static final List<String> BOOKKEEPING = List.of("_sync_row", "_sync_held", "_sync_dirty", "_sync_outbox",
			"_sync_quarantine", "_sync_lost", "_sync_staged", "_sync_image");

	private static final String TRACKED = BOOKKEEPING.stream()
		.map((table) -> "EXISTS (SELECT 1 FROM " + table + " AS b WHERE b.table_no = k.table_no AND b.key = k.key)")
		.collect(Collectors.joining(" OR ", "SELECT ", " FROM (SELECT ? AS table_no, ? AS key) AS k"));

	private final Database database;

	/**
	 * Tables with unusual spellings. Most have none, which saves a query for each row.
	 */
	private final Map<Long, Boolean> spelled = new HashMap<>();

	/** Tables with changed rows. */
	private final Map<Long, Boolean> changed = new HashMap<>();

	private long asOf;

	public LocalKeys(Database database) {
		this.database = database;
	}

	/**
	 * Returns the key that a row of the server has, or gets, in the local table, within a
	 * transaction that writes.
	 * @param pk a UUID
	 * @param spelled the key in the payload, whose spelling foreign keys may rely on
	 */
	public Object local(LocalTable table, String pk, @Nullable Object spelled) throws SQLException {
		String uuid = UuidKeys.uuid(pk);
		if (uuid == null) {
			throw new ServerException(200, "", "The server sent a row of " + table.serverSchema() + "."
					+ table.serverTable() + " whose key is no UUID: it does not speak this protocol", null);
		}
		Object respelled = follow(table, uuid);
		if (respelled != null) {
			return respelled;
		}
		Object known = spelling(table, uuid);
		if (known != null) {
			return known;
		}
		if (table.hasBlobKey()) {
			return UuidKeys.bytes(uuid);
		}
		if (spelled instanceof String text && !text.equals(uuid) && uuid.equals(UuidKeys.uuid(text))
				&& !exists(table, uuid) && !isSent(table, uuid)) {
			respell(table, uuid, uuid, text);
			return text;
		}
		return uuid;
	}

	/**
	 * Follows a row to the new spelling of its key.
	 * @return the new key, or null if it has not changed
	 */
	public @Nullable Object follow(LocalTable table, String uuid) throws SQLException {
		Object successor = successor(table, uuid);
		if (successor != null) {
			respell(table, uuid, known(table, uuid), successor);
		}
		return successor;
	}

	/**
	 * Returns the key of a row that the application has deleted and inserted in another
	 * spelling, unless a change of the row is on its way to the server.
	 */
	private @Nullable Object successor(LocalTable table, String uuid) throws SQLException {
		if (table.hasBlobKey() || !hasChanged(table)) {
			return null;
		}
		Object known = known(table, uuid);
		if (exists(table, known) || isSent(table, known)) {
			return null;
		}
		String digits = uuid.replace("-", "");
		List<Object> keys = this.database.query(
				"SELECT key FROM _sync_dirty WHERE table_no = ? AND key IN (?, ?, ?, ?) ORDER BY seq",
				(row) -> row.getObject(1), table.no(), uuid, uuid.toUpperCase(Locale.ROOT), digits,
				digits.toUpperCase(Locale.ROOT));
		for (Object key : keys) {
			if (!key.equals(known) && exists(table, key)) {
				return key;
			}
		}
		return null;
	}

	private Object known(LocalTable table, String uuid) throws SQLException {
		Object spelling = spelling(table, uuid);
		return (spelling != null) ? spelling : uuid;
	}

	/** Returns the key of a row whose spelling is, or was, not the usual one, or null. */
	public @Nullable Object spelling(LocalTable table, String uuid) throws SQLException {
		if (!hasSpellings(table)) {
			return null;
		}
		return this.database.first("SELECT key FROM _sync_spelling WHERE table_no = ? AND pk = ?",
				(row) -> row.getObject(1), table.no(), uuid);
	}

	private boolean hasSpellings(LocalTable table) throws SQLException {
		return has(this.spelled, table, "SELECT EXISTS (SELECT 1 FROM _sync_spelling WHERE table_no = ?)");
	}

	private boolean hasChanged(LocalTable table) throws SQLException {
		return has(this.changed, table, "SELECT EXISTS (SELECT 1 FROM _sync_dirty WHERE table_no = ?)");
	}

	private boolean has(Map<Long, Boolean> known, LocalTable table, String sql) throws SQLException {
		if (this.asOf != this.database.transaction()) {
			this.spelled.clear();
			this.changed.clear();
			this.asOf = this.database.transaction();
		}
		Boolean has = known.get(table.no());
		if (has == null) {
			has = this.database.number(sql, table.no()) > 0;
			known.put(table.no(), has);
		}
		return has;
	}

	/** Notes the spelling of a key, and moves what is known of its row. */
	public void respell(LocalTable table, String uuid, Object before, Object key) throws SQLException {
		this.spelled.put(table.no(), true);
		this.database.update("INSERT OR REPLACE INTO _sync_spelling (table_no, pk, key) VALUES (?, ?, ?)", table.no(),
				uuid, key);
		if (this.database.number(TRACKED, table.no(), before) > 0) {
			if (exists(table, key)) {
				joinChanges(table, before, key);
			}
			move(table, before, key);
		}
	}

	/**
	 * A row that was deleted and inserted in another spelling was edited: it is the first
	 * of both changes that knows what it was.
	 */
	private void joinChanges(LocalTable table, Object before, Object key) throws SQLException {
		this.database.update("""
				UPDATE _sync_dirty AS d SET base = b.base, saved = b.saved, lost = b.lost FROM _sync_dirty AS b
				WHERE d.table_no = ? AND d.key = ? AND b.table_no = d.table_no AND b.key = ?""", table.no(), key,
				before);
		int joined = this.database.update("""
				DELETE FROM _sync_dirty AS b WHERE b.table_no = ? AND b.key = ?
				AND EXISTS (SELECT 1 FROM _sync_dirty AS d WHERE d.table_no = b.table_no AND d.key = ?)""", table.no(),
				before, key);
		if (joined == 0) {
			this.database.update("UPDATE _sync_dirty SET gone = 0 WHERE table_no = ? AND key = ?", table.no(), before);
		}
	}

	/** Moves what is known of a row along with its key. */
	public void move(LocalTable table, Object before, Object key) throws SQLException {
		for (String bookkeeping : BOOKKEEPING) {
			this.database.update("UPDATE OR REPLACE " + bookkeeping + " SET key = ? WHERE table_no = ? AND key = ?",
					key, table.no(), before);
		}
	}

	private boolean isSent(LocalTable table, Object key) throws SQLException {
		return this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_outbox WHERE table_no = ? AND key = ?)",
				table.no(), key) > 0;
	}

	/**
	 * Returns the key of the row that the key's collation takes for this one, or null.
	 */
	public @Nullable Object find(LocalTable table, Object key) throws SQLException {
		String column = table.key().quoted();
		return this.database.first("SELECT " + column + " FROM " + table.quoted() + " WHERE " + column + " = ?",
				(row) -> row.getObject(1), key);
	}

	/** Returns whether a row exists whose key is spelled in this way. */
	public boolean exists(LocalTable table, Object key) throws SQLException {
		return this.database.number(
				"SELECT EXISTS (SELECT 1 FROM " + table.quoted() + " AS t WHERE " + table.isKey("t", "?1") + ")",
				key) > 0;
	}

}

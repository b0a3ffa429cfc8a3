/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.capture;

import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.ColumnDefaults;
import io.oversync.client.internal.table.LocalColumn;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Notes what can be known of a table that was not watched for a while, as when it was
 * dropped, rebuilt or recreated. A row that is missing is no delete: it comes back, from
 * what was not confirmed yet, or else from the server. A row that the server does not
 * have is new. All others are compared with the server's before anything is sent.
 */
public final class UnwatchedRows {

	private static final int STEP = 500;

	private static final String LOST = " WHERE %1$s.table_no = %2$d AND NOT EXISTS (SELECT 1 FROM %3$s AS t"
			+ " WHERE t.%4$s = +%1$s.key)";

	private static final String NOT_SEEN_TO_GO = " AND NOT EXISTS (SELECT 1 FROM _sync_dirty AS d"
			+ " WHERE d.table_no = %1$s.table_no AND d.key = %1$s.key AND d.gone = 1)";

	private final Database database;

	private final LocalKeys keys;

	private final LocalRows rows;

	private final PendingChanges pending;

	private final ColumnDefaults defaults;

	private final SentRows sentRows;

	UnwatchedRows(Database database) {
		this.database = database;
		this.keys = new LocalKeys(database);
		this.rows = new LocalRows(database);
		this.pending = new PendingChanges(database);
		this.defaults = new ColumnDefaults(database);
		this.sentRows = new SentRows(database);
	}

	void note(LocalTable table) throws SQLException {
		this.pending.compareLater(table);
		convertKeys(table);
		moveKeys(table);
		restore(table, "_sync_quarantine");
		restore(table, "_sync_outbox");
		this.database.update("DELETE FROM _sync_dirty" + lost(table, "_sync_dirty") + " AND gone = 0");
		this.database.update("UPDATE _sync_row SET deleted = " + RowVersions.AWAITED + lost(table, "_sync_row")
				+ " AND deleted = 0" + NOT_SEEN_TO_GO.formatted("_sync_row") + notDeletedIn("_sync_outbox")
				+ notDeletedIn("_sync_quarantine"));
		new RowVersions(this.database).notAwaited(table);
		this.pending.forgetLost(table);
		noteNew(table);
		noteCleared(table);
		this.sentRows.noteEdits(table);
	}

	/**
	 * A column that holds its default in every row may have been dropped and added again:
	 * that is no edit of all rows.
	 */
	private void noteCleared(LocalTable table) throws SQLException {
		Set<String> cleared = new LinkedHashSet<>();
		for (LocalColumn column : table.columns()) {
			if (!column.equals(table.key()) && this.database.number(
					"SELECT EXISTS (SELECT 1 FROM " + table.quoted() + " WHERE " + column.quoted() + " IS NOT ?)",
					this.defaults.value(column)) == 0) {
				cleared.add(column.member());
			}
		}
		new AddedColumns(this.database).adoptSent(table, cleared);
		this.database.update("UPDATE _sync_table SET cleared = ? WHERE table_no = ?",
				cleared.isEmpty() ? null : String.join(PendingChanges.SEPARATOR, cleared), table.no());
	}

	private static String lost(LocalTable table, String bookkeeping) {
		return LOST.formatted(bookkeeping, table.no(), table.quoted(), table.key().quoted());
	}

	private static String notDeletedIn(String bookkeeping) {
		return " AND NOT EXISTS (SELECT 1 FROM " + bookkeeping + " AS b WHERE b.table_no = _sync_row.table_no"
				+ " AND b.key = _sync_row.key AND b.op = 'DELETE')";
	}

	/** The column of the keys may have become BLOB, or TEXT. */
	private void convertKeys(LocalTable table) throws SQLException {
		String type = table.hasBlobKey() ? "blob" : "text";
		for (String bookkeeping : LocalKeys.BOOKKEEPING) {
			forEachKey("SELECT key FROM " + bookkeeping + " AS t WHERE table_no = " + table.no()
					+ " AND typeof(key) <> '" + type + "'", "key", (key) -> {
						String uuid = UuidKeys.uuid(key);
						if (uuid != null) {
							this.keys.move(table, key, table.hasBlobKey() ? UuidKeys.bytes(uuid) : uuid);
						}
					});
		}
		this.database.update("DELETE FROM _sync_spelling WHERE table_no = ? AND typeof(key) <> ?", table.no(), type);
	}

	/** A key may be spelled in another way than before, but is the same UUID. */
	private void moveKeys(LocalTable table) throws SQLException {
		String key = "t." + table.key().quoted();
		forEachKey(
				"SELECT " + key + " FROM " + table.quoted() + " AS t WHERE NOT EXISTS (SELECT 1 FROM _sync_row AS r"
						+ " WHERE r.table_no = " + table.no() + " AND r.key = +" + key + ")",
				key, (now) -> moveKey(table, now));
	}

	private void moveKey(LocalTable table, Object now) throws SQLException {
		String uuid = UuidKeys.uuid(now);
		if (uuid == null) {
			return;
		}
		Object spelling = this.keys.spelling(table, uuid);
		Object canonical = table.hasBlobKey() ? UuidKeys.bytes(uuid) : uuid;
		Object before = (spelling != null) ? spelling : canonical;
		if (!UuidKeys.isSame(before, now) && !this.keys.exists(table, before)) {
			this.keys.respell(table, uuid, before, now);
		}
	}

	private void forEachKey(String select, String column, KeyVisitor visitor) throws SQLException {
		List<Object> page = page(select, column, null);
		while (!page.isEmpty()) {
			for (Object key : page) {
				visitor.visit(key);
			}
			page = page(select, column, page.get(page.size() - 1));
		}
	}

	private List<Object> page(String select, String column, @Nullable Object after) throws SQLException {
		String order = " ORDER BY " + column + " LIMIT " + STEP;
		Database.Mapper<Object> mapper = (row) -> row.getObject(1);
		return (after != null) ? this.database.query(select + " AND " + column + " > ?" + order, mapper, after)
				: this.database.query(select + order, mapper);
	}

	/** Writes rows that are missing as they were when they were last sent. */
	private void restore(LocalTable table, String bookkeeping) throws SQLException {
		String sql = "SELECT key, payload FROM " + bookkeeping + lost(table, bookkeeping) + " AND payload IS NOT NULL"
				+ NOT_SEEN_TO_GO.formatted(bookkeeping);
		List<Object> keys = this.database.query(sql, (row) -> row.getObject(1));
		for (Object key : keys) {
			RowPayload payload = this.database.first(
					"SELECT payload FROM " + bookkeeping + " WHERE table_no = ? AND key = ?",
					(row) -> RowPayload.parse(row.getString(1)), table.no(), key);
			if (payload != null) {
				this.database.attempt(table.step("restore", key, 0),
						() -> this.rows.write(table, key, PayloadCodec.read(table, key, payload)));
			}
		}
	}

	private void noteNew(LocalTable table) throws SQLException {
		String key = "t." + table.key().quoted();
		this.database.update("INSERT INTO _sync_dirty (table_no, key) SELECT " + table.no() + ", " + key + " FROM "
				+ table.quoted() + " AS t WHERE NOT EXISTS (SELECT 1 FROM _sync_row AS k WHERE k.table_no = "
				+ table.no() + " AND k.key = +" + key + " AND k.deleted <> 1)" + noneIn("_sync_dirty", table, key)
				+ noneIn("_sync_outbox", table, key) + noneIn("_sync_quarantine", table, key));
	}

	private static String noneIn(String bookkeeping, LocalTable table, String key) {
		return " AND NOT EXISTS (SELECT 1 FROM " + bookkeeping + " AS b WHERE b.table_no = " + table.no()
				+ " AND b.key = +" + key + ")";
	}

	/** Visits a key. */
	private interface KeyVisitor {

		void visit(Object key) throws SQLException;

	}

}

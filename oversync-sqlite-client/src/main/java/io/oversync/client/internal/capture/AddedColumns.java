/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.capture;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions.Known;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.support.SqliteValues;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.ColumnDefaults;
import io.oversync.client.internal.table.LocalColumn;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Columns that were added to a table since the client last saw it. Members of the
 * server's rows that were kept because it was missing move into it; a row without such a
 * member holds the column's default, which is no edit. What the application has written
 * into the column, as a migration that renames a column or fills a new one does, is an
 * edit of the row; where the server's row has another value it meets that as a conflict.
 */
final class AddedColumns {

	private static final int STEP = 500;

	private static final List<String> BASES = List.of("_sync_dirty", "_sync_outbox", "_sync_quarantine");

	private final Database database;

	private final RowVersions versions;

	private final ColumnDefaults defaults;

	private final LocalRows rows;

	private final PendingChanges pending;

	AddedColumns(Database database) {
		this.database = database;
		this.versions = new RowVersions(database);
		this.rows = new LocalRows(database);
		this.pending = new PendingChanges(database);
		this.defaults = new ColumnDefaults(database);
	}

	/**
	 * Adopts the kept members, before triggers watch.
	 * @param added the members of the added columns
	 */
	void adopt(LocalTable table, Set<String> added) throws SQLException {
		adoptSent(table, added);
		Set<String> filled = filled(table, added);
		List<KnownRow> rows;
		@Nullable Object after = null;
		do {
			rows = known(table, after);
			for (KnownRow row : rows) {
				adopt(table, row, added);
				noteEdit(table, row, filled);
				after = row.key;
			}
		}
		while (!rows.isEmpty());
		completeBases(table, added);
		if (!filled.isEmpty()) {
			new SentRows(this.database).noteEdits(table);
		}
	}

	/** A column may have been there when a row was sent, and not since then. */
	void adoptSent(LocalTable table, Set<String> added) throws SQLException {
		adoptSent(table, added, "_sync_outbox");
		adoptSent(table, added, "_sync_quarantine");
	}

	private void adoptSent(LocalTable table, Set<String> added, String bookkeeping) throws SQLException {
		List<Object> keys = this.database.query(
				"SELECT key FROM " + bookkeeping + " WHERE table_no = ? AND payload IS NOT NULL",
				(row) -> row.getObject(1), table.no());
		for (Object key : keys) {
			RowPayload payload = this.database.first(
					"SELECT payload FROM " + bookkeeping + " WHERE table_no = ? AND key = ?",
					(row) -> RowPayload.parse(row.getString(1)), table.no(), key);
			for (String member : added) {
				LocalColumn column = table.column(member);
				if (column != null && payload != null && payload.members().containsKey(member)) {
					write(table, key, column, PayloadCodec.value(column, payload.members().get(member)));
				}
			}
		}
	}

	private List<KnownRow> known(LocalTable table, @Nullable Object after) throws SQLException {
		String columns = "SELECT key, version, deleted, extra, absent FROM _sync_row WHERE table_no = ?";
		String order = " ORDER BY key LIMIT " + STEP;
		Database.Mapper<KnownRow> mapper = (row) -> {
			Known known = Known.map(row, 2);
			return (known != null) ? new KnownRow(row.getObject(1), known) : null;
		};
		return (after != null) ? this.database.query(columns + " AND key > ?" + order, mapper, table.no(), after)
				: this.database.query(columns + order, mapper, table.no());
	}

	private void adopt(LocalTable table, KnownRow row, Set<String> added) throws SQLException {
		if (row.known.deleted()) {
			return;
		}
		Map<String, @Nullable Object> kept = (row.known.extra() != null)
				? new LinkedHashMap<>(row.known.extra().members()) : new LinkedHashMap<>();
		Set<String> absent = new LinkedHashSet<>(row.known.absent());
		for (String member : added) {
			LocalColumn column = table.column(member);
			if (column == null || column.equals(table.key())) {
				continue;
			}
			if (!kept.containsKey(member)) {
				absent.add(member);
				continue;
			}
			Object json = kept.get(member);
			if (!PayloadCodec.isRounded(column, json)) {
				kept.remove(member);
			}
			write(table, row.key, column, PayloadCodec.value(column, json));
		}
		this.versions.partial(table, row.key, kept.isEmpty() ? null : new RowPayload(kept), absent);
	}

	/** Returns those of the members whose columns hold more than their default. */
	private Set<String> filled(LocalTable table, Set<String> added) throws SQLException {
		Set<String> filled = new LinkedHashSet<>();
		for (String member : added) {
			LocalColumn column = table.column(member);
			if (column != null && !column.equals(table.key()) && this.database.number(
					"SELECT EXISTS (SELECT 1 FROM " + table.quoted() + " WHERE " + column.quoted() + " IS NOT ?)",
					this.defaults.value(column)) > 0) {
				filled.add(member);
			}
		}
		return filled;
	}

	/** Notes that the application has written into added columns of a row. */
	private void noteEdit(LocalTable table, KnownRow row, Set<String> filled) throws SQLException {
		SyncRow local = (filled.isEmpty() || row.known.deleted()) ? null : this.rows.read(table, row.key);
		if (local == null || this.pending.isSent(table, row.key)) {
			return;
		}
		SyncRow before = local;
		boolean disputed = false;
		for (String member : filled) {
			LocalColumn column = table.column(member);
			Map<String, @Nullable Object> kept = (row.known.extra() != null) ? row.known.extra().members() : Map.of();
			if (column == null || SqliteValues.same(local.get(member), this.defaults.value(column))
					|| (kept.containsKey(member) && PayloadCodec.holds(column, local.get(member), kept.get(member)))) {
				continue;
			}
			before = before.with(member, this.defaults.value(column));
			disputed |= kept.containsKey(member);
		}
		if (before == local) {
			return;
		}
		if (!this.pending.isDirty(table, row.key)) {
			this.pending.keep(table, row.key, BaseImage.write(before), 0, null);
		}
		if (disputed) {
			this.versions.stepBack(table, row.key);
		}
	}

	/** A value that was written here since the column was added stays. */
	private void write(LocalTable table, Object key, LocalColumn column, @Nullable Object value) throws SQLException {
		String name = column.quoted();
		String forbidden = this.database.attempt(table.step("add " + name, key, 0), () -> {
			int written = this.database.update(
					"UPDATE" + table.orAbort() + " " + table.quoted() + " SET " + name + " = ? WHERE "
							+ table.key().quoted() + " = ? AND " + name + " IS ?",
					value, key, this.defaults.value(column));
			if (table.hasTriggers() && !SqliteValues.same(value, this.defaults.value(column))
					&& isUnset(table, key, column)) {
				throw LocalRows.ignored(table);
			}
			if (written > 0) {
				rebase(table, key, column, value);
			}
		});
		if (forbidden != null) {
			// the server's value does not fit into the column: the comparison handles it
			new PendingChanges(this.database).compareLater(table);
		}
	}

	private boolean isUnset(LocalTable table, Object key, LocalColumn column) throws SQLException {
		return this.database.number("SELECT EXISTS (SELECT 1 FROM " + table.quoted() + " WHERE " + table.key().quoted()
				+ " = ? AND " + column.quoted() + " IS ?)", key, this.defaults.value(column)) > 0;
	}

	/** Until now the rows' bases did not say what the columns held. */
	private void completeBases(LocalTable table, Set<String> added) throws SQLException {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (String member : added) {
			LocalColumn column = table.column(member);
			if (column != null) {
				values.put(member, this.defaults.value(column));
			}
		}
		String before = BaseImage.write(new SyncRow(values)) + " ";
		for (String bookkeeping : BASES) {
			// of two values of a column the later one counts, which was there before
			this.database.update(
					"UPDATE " + bookkeeping + " SET base = ? || base WHERE table_no = ? AND base IS NOT NULL", before,
					table.no());
		}
	}

	private void rebase(LocalTable table, Object key, LocalColumn column, @Nullable Object value) throws SQLException {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		values.put(column.member(), value);
		String before = BaseImage.write(new SyncRow(values)) + " ";
		for (String bookkeeping : BASES) {
			this.database.update(
					"UPDATE " + bookkeeping
							+ " SET base = ? || base WHERE table_no = ? AND key = ? AND base IS NOT NULL",
					before, table.no(), key);
		}
	}

	/** A row of the server. */
	private record KnownRow(Object key, Known known) {
	}

}

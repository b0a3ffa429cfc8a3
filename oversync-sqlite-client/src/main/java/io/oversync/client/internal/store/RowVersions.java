/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.support.SqliteValues;
import io.oversync.client.internal.table.ColumnDefaults;
import io.oversync.client.internal.table.LocalColumn;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the server's rows that the local rows are based on.
 */
public final class RowVersions {

	/** A value of {@code deleted}: the row is deleted here only, and will come back. */
	public static final int AWAITED = 2;

	private static final String NOTE = """
			INSERT INTO _sync_row (table_no, key, version, deleted, extra, absent) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (table_no, key) DO UPDATE
			SET version = excluded.version, deleted = excluded.deleted, extra = excluded.extra,
			    absent = excluded.absent, missing = 0""";

	private final Database database;

	private final ColumnDefaults defaults;

	/** Tables with rows that have other members than the table has columns. */
	private final Map<Long, Boolean> partial = new HashMap<>();

	private long partialAsOf;

	public RowVersions(Database database) {
		this.database = database;
		this.defaults = new ColumnDefaults(database);
	}

	public @Nullable Known known(LocalTable table, Object key) throws SQLException {
		return this.database.first(
				"SELECT version, deleted, extra, absent FROM _sync_row WHERE table_no = ? AND key = ?",
				(row) -> Known.map(row, 1), table.no(), key);
	}

	/**
	 * Notes a row of the server.
	 * @return false if one that is as new was known, and nothing has changed
	 */
	public boolean advance(LocalTable table, Object key, ReceivedRow row) throws SQLException {
		Members members = members(table, key, row);
		return this.database.update(NOTE + " WHERE excluded.version > _sync_row.version", table.no(), key,
				row.version(), row.deleted(), members.extraText(), members.absentText()) > 0;
	}

	/** Notes the server's last word, whatever was known before. */
	public void set(LocalTable table, Object key, ReceivedRow row) throws SQLException {
		Members members = members(table, key, row);
		this.database.update(NOTE, table.no(), key, row.version(), row.deleted(), members.extraText(),
				members.absentText());
	}

	/** Notes that the server took the local row. */
	public void applied(LocalTable table, Object key, long version, boolean deleted) throws SQLException {
		this.database.update("""
				INSERT INTO _sync_row (table_no, key, version, deleted) VALUES (?, ?, ?, ?)
				ON CONFLICT (table_no, key) DO UPDATE
				SET version = excluded.version, deleted = excluded.deleted, missing = 0,
				    extra = CASE WHEN excluded.deleted THEN NULL ELSE extra END,
				    absent = CASE WHEN excluded.deleted THEN NULL ELSE absent END""", table.no(), key, version,
				deleted);
	}

	/**
	 * Notes that a row is gone here that the server never took: what refers to it need
	 * not wait for it. Of a row that the server has lost, that is known.
	 */
	public void givenUp(LocalTable table, Object key) throws SQLException {
		this.database.update("""
				INSERT OR IGNORE INTO _sync_row (table_no, key, version, deleted)
				SELECT l.table_no, l.key, 0, 1 FROM (SELECT ? AS table_no, ? AS key) AS l
				WHERE NOT EXISTS (SELECT 1 FROM _sync_lost AS o WHERE o.table_no = l.table_no AND o.key = l.key)""",
				table.no(), key);
	}

	/**
	 * Has the next edit of a row expect the version before the one that is known, so that
	 * it meets the server's row as a conflict.
	 */
	public void stepBack(LocalTable table, Object key) throws SQLException {
		this.database.update("UPDATE _sync_row SET version = version - 1 WHERE table_no = ? AND key = ?", table.no(),
				key);
	}

	/** Notes which members the server's row still lacks. */
	public void absent(LocalTable table, Object key, Set<String> absent) throws SQLException {
		this.database.update("UPDATE _sync_row SET absent = ? WHERE table_no = ? AND key = ?",
				new Members(null, absent).absentText(), table.no(), key);
	}

	/**
	 * Notes which members are kept because there is no column, and which the server's row
	 * lacks.
	 */
	public void partial(LocalTable table, Object key, @Nullable RowPayload extra, Set<String> absent)
			throws SQLException {
		Members members = new Members(extra, absent);
		this.database.update("UPDATE _sync_row SET extra = ?, absent = ? WHERE table_no = ? AND key = ?",
				members.extraText(), members.absentText(), table.no(), key);
	}

	/**
	 * Returns the members that the server's row lacks and that the local row has not set.
	 */
	public Set<String> unset(LocalTable table, SyncRow row, @Nullable Known known) throws SQLException {
		return (known != null) ? this.defaults.unset(table, row, known.absent()) : Set.of();
	}

	/**
	 * Returns a local row with the defaults of all columns that the server's row has
	 * never had: what they hold here is known here alone.
	 * @param known the server's row, null if there was none
	 */
	public @Nullable SyncRow withoutAbsent(LocalTable table, @Nullable SyncRow row, @Nullable Known known)
			throws SQLException {
		if (row == null) {
			return null;
		}
		SyncRow without = row;
		for (LocalColumn column : table.columns()) {
			if (!column.equals(table.key()) && (known == null || known.absent().contains(column.member()))) {
				without = without.with(column.member(), this.defaults.value(column));
			}
		}
		return without;
	}

	/**
	 * Returns a row of the server with the defaults of columns that it lacks, as it is on
	 * a device that has only now heard of it.
	 * @param lacking the members that it lacks
	 */
	public RowPayload withDefaults(LocalTable table, RowPayload payload, Set<String> lacking) throws SQLException {
		Map<String, @Nullable Object> members = new LinkedHashMap<>(payload.members());
		for (LocalColumn column : table.columns()) {
			Object value = lacking.contains(column.member()) ? this.defaults.value(column) : null;
			// one that is computed is another one on each device
			boolean known = value != null || column.defaultExpression() == null;
			if (known && lacking.contains(column.member())) {
				members.put(column.member(), PayloadCodec.json(table, column, value));
			}
		}
		return new RowPayload(members);
	}

	/**
	 * Returns whether a local row has values in columns that a row of the server lacks.
	 */
	public boolean hasMore(LocalTable table, SyncRow row, RowPayload payload) throws SQLException {
		for (String member : PayloadCodec.absent(table, payload)) {
			LocalColumn column = table.column(member);
			if (column != null && !SqliteValues.same(row.get(member), this.defaults.value(column))) {
				return true;
			}
		}
		return false;
	}

	/** Returns whether the server has lost a row that it had confirmed. */
	public boolean isMissing(LocalTable table, Object key) throws SQLException {
		return this.database.number("SELECT missing FROM _sync_row WHERE table_no = ? AND key = ?", table.no(),
				key) > 0;
	}

	/** Notes that the server has lost a row that it had confirmed. */
	public void noteMissing(LocalTable table, Object key) throws SQLException {
		this.database.update("UPDATE _sync_row SET missing = 1 WHERE table_no = ? AND key = ?", table.no(), key);
	}

	/**
	 * Leaves a row that the server has lost, and has got back from another device
	 * meanwhile, to the next download, which tells an older copy from an edit.
	 * @return false if it was left to one before, or the server has not lost it
	 */
	public boolean defer(LocalTable table, Object key) throws SQLException {
		return this.database.update("UPDATE _sync_row SET missing = 2 WHERE table_no = ? AND key = ? AND missing = 1",
				table.no(), key) > 0;
	}

	/** Forgets the row, whose versions begin again on the server. */
	public void forget(LocalTable table, Object key) throws SQLException {
		this.database.update("DELETE FROM _sync_row WHERE table_no = ? AND key = ?", table.no(), key);
	}

	/**
	 * Notes that the local row is gone although the server has it: the server refused the
	 * delete, and sends the row again.
	 */
	public void awaited(LocalTable table, Object key) throws SQLException {
		this.database.update("UPDATE _sync_row SET deleted = ? WHERE table_no = ? AND key = ?", AWAITED, table.no(),
				key);
	}

	/**
	 * Rows of a table that were awaited, and are there without the server's, are no
	 * longer.
	 */
	public void notAwaited(LocalTable table) throws SQLException {
		this.database.update("UPDATE _sync_row SET deleted = 0 WHERE table_no = ? AND deleted = " + AWAITED
				+ " AND EXISTS (SELECT 1 FROM " + table.quoted() + " AS t WHERE t." + table.key().quoted()
				+ " = +_sync_row.key)", table.no());
	}

	/**
	 * Rows of tables that were compared and that are still awaited will not come: the
	 * server does not have them.
	 */
	public void notFound(LocalTable table) throws SQLException {
		this.database.update("""
				UPDATE _sync_row SET version = 0, deleted = 1, extra = NULL, absent = NULL
				WHERE table_no = ? AND deleted = ?""", table.no(), AWAITED);
	}

	/**
	 * A row that lacks a member has not lost it: each device keeps the value that it has.
	 */
	private Members members(LocalTable table, Object key, ReceivedRow row) throws SQLException {
		RowPayload payload = row.payload();
		if (payload == null) {
			return Members.NONE;
		}
		RowPayload extra = PayloadCodec.extra(table, payload);
		Set<String> absent = PayloadCodec.absent(table, payload);
		Known known = hasPartialRows(table) ? known(table, key) : null;
		if (extra != null || !absent.isEmpty()) {
			this.partial.put(table.no(), true);
		}
		if (known == null || (known.deleted() && !known.awaited())) {
			return new Members(extra, absent);
		}
		Set<String> stillAbsent = new LinkedHashSet<>(absent);
		stillAbsent.retainAll(known.absent());
		return new Members(join(table, known.extra(), payload, extra), stillAbsent);
	}

	private static @Nullable RowPayload join(LocalTable table, @Nullable RowPayload before, RowPayload now,
			@Nullable RowPayload extra) {
		if (before == null) {
			return extra;
		}
		Map<String, @Nullable Object> joined = new LinkedHashMap<>();
		before.members().forEach((member, value) -> {
			if (!now.members().containsKey(member) && table.column(member) == null) {
				joined.put(member, value);
			}
		});
		if (extra != null) {
			joined.putAll(extra.members());
		}
		return joined.isEmpty() ? null : new RowPayload(joined);
	}

	/** Most tables have none, which saves a query for each row. */
	private boolean hasPartialRows(LocalTable table) throws SQLException {
		if (this.partialAsOf != this.database.transaction()) {
			this.partial.clear();
			this.partialAsOf = this.database.transaction();
		}
		Boolean has = this.partial.get(table.no());
		if (has == null) {
			has = this.database.number("""
					SELECT EXISTS (SELECT 1 FROM _sync_row INDEXED BY _sync_row_partial
					WHERE table_no = ? AND (extra IS NOT NULL OR absent IS NOT NULL))""", table.no()) > 0;
			this.partial.put(table.no(), has);
		}
		return has;
	}

	/**
	 * A row of the server.
	 *
	 * @param version its version
	 * @param deleted whether it is deleted here
	 * @param awaited whether it is deleted here only: the server refused that, and sends
	 * the row again
	 * @param extra members that the local table has no column for
	 * @param absent members of columns that the server's row has never had
	 */
	public record Known(long version, boolean deleted, boolean awaited, @Nullable RowPayload extra,
			Set<String> absent) {

		/** Maps version, deleted, extra and absent; null if there is no version. */
		public static @Nullable Known map(ResultSet row, int index) throws SQLException {
			long version = row.getLong(index);
			if (row.wasNull()) {
				return null;
			}
			int deleted = row.getInt(index + 1);
			String extra = row.getString(index + 2);
			String absent = row.getString(index + 3);
			return new Known(version, deleted != 0, deleted == AWAITED,
					(extra != null) ? RowPayload.parse(extra) : null,
					(absent != null) ? RowPayload.parse(absent).members().keySet() : Set.of());
		}

		public boolean isLive() {
			return this.version > 0 && !this.deleted;
		}

	}

	/**
	 * The members of a server's row without a column, and the columns without a member.
	 *
	 * @param extra members without a column, or null
	 * @param absent columns without a member
	 */
	private record Members(@Nullable RowPayload extra, Set<String> absent) {

		static final Members NONE = new Members(null, Set.of());

		@Nullable String extraText() {
			return (this.extra != null) ? this.extra.toJson() : null;
		}

		@Nullable String absentText() {
			if (this.absent.isEmpty()) {
				return null;
			}
			Map<String, @Nullable Object> members = new LinkedHashMap<>();
			this.absent.forEach((member) -> members.put(member, null));
			return new RowPayload(members).toJson();
		}

	}

}

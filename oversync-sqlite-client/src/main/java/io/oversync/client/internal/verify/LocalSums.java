/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.RowDigest;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.LocalTable;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the server's rows as they are known here:
 * <ul>
 * <li>a row that is here counts in the version that is known;
 * <li>so does a row with a local change, also with a delete, since the server does not
 * have the change;
 * <li>a row that is here and whose version is not known counts in version 0, which no
 * server has.
 * </ul>
 * Edits of the application leave the sums as they are, so a table is read in short
 * transactions.
 */
final class LocalSums {

	/** Rows that one transaction reads. */
	private static final int STEP = 1000;

	/** The most rows that a sum lists. */
	static final int LISTED = 1000;

	private final Database database;

	private final RowDigest digest = new RowDigest();

	/** Tables that were found to have rows without a version. */
	private final Set<Long> unknown = new HashSet<>();

	LocalSums(Database database) {
		this.database = database;
	}

	/** Adds up the rows of a table; a range of it after the whole of it. */
	Sum sum(LocalTable table, KeyRange range) {
		Adding adding = new Adding(range);
		boolean bounded = !range.equals(KeyRange.ALL) && !hasSpellings(table);
		known(table, bounded ? range : KeyRange.ALL, bounded || range.equals(KeyRange.ALL), adding);
		boolean whole = range.equals(KeyRange.ALL);
		if (whole || this.unknown.contains(table.no())) {
			long before = adding.rows;
			unknown(table, adding);
			if (whole && adding.rows > before) {
				this.unknown.add(table.no());
			}
		}
		return adding.sum();
	}

	private boolean hasSpellings(LocalTable table) {
		return this.database.read(() -> this.database
			.number("SELECT EXISTS (SELECT 1 FROM _sync_spelling WHERE table_no = ?)", table.no())) > 0;
	}

	/** The order of keys is that of their bytes if all are spelled as usual. */
	private void known(LocalTable table, KeyRange range, boolean ordered, Adding adding) {
		Object from = (ordered && !range.equals(KeyRange.ALL)) ? key(table, range.from()) : Long.MIN_VALUE;
		Object to = (ordered && !range.equals(KeyRange.ALL)) ? key(table, range.to()) : null;
		String select = "SELECT r.key, r.version FROM _sync_row AS r WHERE r.table_no = ? AND r.key %s ?"
				+ ((to != null) ? " AND r.key <= ?" : "") + " AND r.deleted = 0 AND r.version > 0"
				+ " AND (EXISTS (SELECT 1 FROM " + table.quoted() + " AS t WHERE " + table.isKey("t", "r.key") + ")"
				+ " OR EXISTS (SELECT 1 FROM _sync_dirty AS p WHERE p.table_no = r.table_no AND p.key = r.key)"
				+ " OR EXISTS (SELECT 1 FROM _sync_outbox AS p WHERE p.table_no = r.table_no AND p.key = r.key)"
				+ " OR EXISTS (SELECT 1 FROM _sync_quarantine AS p WHERE p.table_no = r.table_no AND p.key = r.key))"
				+ " ORDER BY r.key LIMIT " + STEP;
		String compared = ">=";
		List<Row> rows;
		do {
			Object start = from;
			String sql = select.formatted(compared);
			rows = this.database
				.read(() -> (to != null) ? query(sql, table.no(), start, to) : query(sql, table.no(), start));
			rows.forEach(adding::add);
			if (!rows.isEmpty()) {
				from = rows.get(rows.size() - 1).key;
			}
			compared = ">";
		}
		while (rows.size() == STEP);
	}

	private void unknown(LocalTable table, Adding adding) {
		String key = "t." + table.key().quoted();
		String select = "SELECT " + key + ", 0 FROM " + table.quoted() + " AS t WHERE " + key + " IS NOT NULL %s"
				+ " AND NOT EXISTS (SELECT 1 FROM _sync_row AS r WHERE r.table_no = " + table.no() + " AND r.key = +"
				+ key + " AND r.deleted = 0 AND r.version > 0)" + none("_sync_dirty", table, key)
				+ none("_sync_outbox", table, key) + none("_sync_quarantine", table, key) + " ORDER BY " + key
				+ " LIMIT " + STEP;
		Object last = null;
		List<Row> rows;
		do {
			Object after = last;
			String sql = select.formatted((after != null) ? "AND " + key + " > ?" : "");
			rows = this.database.read(() -> (after != null) ? query(sql, after) : query(sql));
			rows.forEach(adding::add);
			if (!rows.isEmpty()) {
				last = rows.get(rows.size() - 1).key;
			}
		}
		while (rows.size() == STEP);
	}

	private static String none(String bookkeeping, LocalTable table, String key) {
		return " AND NOT EXISTS (SELECT 1 FROM " + bookkeeping + " AS p WHERE p.table_no = " + table.no()
				+ " AND p.key = +" + key + ")";
	}

	private List<Row> query(String sql, Object... arguments) throws SQLException {
		return this.database.query(sql, (row) -> new Row(row.getObject(1), row.getLong(2)), arguments);
	}

	private static Object key(LocalTable table, String pk) {
		return table.hasBlobKey() ? UuidKeys.bytes(pk) : pk;
	}

	/**
	 * A row.
	 *
	 * @param key its key in the table
	 * @param version its version, or 0
	 */
	record Row(Object key, long version) {
	}

	/**
	 * The rows of a range.
	 *
	 * @param rows their number
	 * @param digest the sum of their digests
	 * @param first the first key, or null
	 * @param last the last key, or null
	 * @param listed the rows by their keys, or null if they are many
	 * @param doubled further rows with the same keys in another spelling
	 */
	record Sum(long rows, long digest, @Nullable String first, @Nullable String last, @Nullable Map<String, Row> listed,
			List<Row> doubled) {
	}

	/** A sum as it grows. */
	private final class Adding {

		private final KeyRange range;

		private long rows;

		private long digest;

		private @Nullable String first;

		private @Nullable String last;

		private final Map<String, Row> listed = new TreeMap<>();

		private final List<Row> doubled = new ArrayList<>();

		Adding(KeyRange range) {
			this.range = range;
		}

		void add(Row row) {
			String pk = UuidKeys.uuid(row.key);
			if (pk == null || !this.range.contains(pk)) {
				return;
			}
			this.rows++;
			this.digest += LocalSums.this.digest.of(pk, row.version);
			this.first = (this.first == null || pk.compareTo(this.first) < 0) ? pk : this.first;
			this.last = (this.last == null || pk.compareTo(this.last) > 0) ? pk : this.last;
			if (this.rows <= LISTED && this.listed.putIfAbsent(pk, row) != null) {
				// those without a version come last
				this.doubled.add(row);
			}
		}

		Sum sum() {
			return new Sum(this.rows, this.digest, this.first, this.last, (this.rows <= LISTED) ? this.listed : null,
					this.doubled);
		}

	}

}

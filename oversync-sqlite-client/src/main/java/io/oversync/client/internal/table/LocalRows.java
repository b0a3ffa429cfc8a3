/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.support.SqliteValues;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes rows of the application's tables.
 */
public final class LocalRows {

	/** What Java reads instead of bytes that are no text. */
	private static final char REPLACEMENT = '\ufffd';

	private final Database database;

	/** For whole rows; a table that has changed is another object. */
	private final Map<LocalTable, String> upserts = new IdentityHashMap<>();

	public LocalRows(Database database) {
		this.database = database;
	}

	public static String columns(LocalTable table, String alias) {
		return table.columns()
			.stream()
			.map((column) -> alias + "." + column.quoted())
			.collect(Collectors.joining(", "));
	}

	/** Maps the columns of a table, which start at an index. */
	public static SyncRow map(LocalTable table, ResultSet resultSet, int index) throws SQLException {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		int i = index;
		for (LocalColumn column : table.columns()) {
			values.put(column.member(), resultSet.getObject(i++));
		}
		return new SyncRow(values);
	}

	/**
	 * Returns what is wrong with texts of a row, or null: bytes that are no text are read
	 * as another one.
	 */
	public static @Nullable String problem(LocalTable table, SyncRow row, ResultSet resultSet, int index)
			throws SQLException {
		int i = index;
		for (LocalColumn column : table.columns()) {
			if (row.get(column.member()) instanceof String text && text.indexOf(REPLACEMENT) >= 0
					&& !isTextOf(text, resultSet.getBytes(i))) {
				return "The column " + table.name() + "." + column.name()
						+ " holds bytes that are no UTF-8: store text, or declare the column as BLOB and store bytes";
			}
			i++;
		}
		return null;
	}

	private static boolean isTextOf(String text, byte[] bytes) {
		return Stream.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)
			.anyMatch((encoding) -> Arrays.equals(text.getBytes(encoding), bytes));
	}

	/** As {@link #problem(LocalTable, Row, ResultSet, int)}, of the row with a key. */
	public @Nullable String problem(LocalTable table, Object key) throws SQLException {
		return this.database.first("SELECT " + columns(table, "t") + " FROM " + table.quoted() + " AS t WHERE t."
				+ table.key().quoted() + " = ?", (row) -> problem(table, map(table, row, 1), row, 1), key);
	}

	public @Nullable SyncRow read(LocalTable table, Object key) throws SQLException {
		return this.database.first("SELECT " + columns(table, "t") + " FROM " + table.quoted() + " AS t WHERE t."
				+ table.key().quoted() + " = ?", (row) -> map(table, row, 1), key);
	}

	/**
	 * Writes a row: an insert or an update, never a REPLACE. Columns that it lacks keep
	 * their values, or get their defaults.
	 * @throws SQLException if a constraint or a trigger forbids it
	 */
	public void write(LocalTable table, Object key, SyncRow row) throws SQLException {
		List<LocalColumn> columns = new ArrayList<>(table.columns().size());
		List<@Nullable Object> values = new ArrayList<>(table.columns().size() + 1);
		for (LocalColumn column : table.columns()) {
			if (row.asMap().containsKey(column.member())) {
				columns.add(column);
				values.add(column.equals(table.key()) ? key : row.asMap().get(column.member()));
			}
		}
		int written;
		// an upsert overrules the conflict clauses within triggers, and would be refused
		// for a NOT NULL column that it lacks, also where the row is there
		if (columns.size() == table.columns().size() && !table.hasTriggers()) {
			String sql = this.upserts.computeIfAbsent(table, LocalRows::upsert);
			written = this.database.update(sql, values.toArray());
		}
		else {
			written = updateOrInsert(table, key, columns, values);
		}
		if (written == 0 && !isAs(table, key, row)) {
			throw ignored(table);
		}
	}

	private int updateOrInsert(LocalTable table, Object key, List<LocalColumn> columns, List<@Nullable Object> values)
			throws SQLException {
		List<LocalColumn> set = new ArrayList<>(columns);
		List<@Nullable Object> arguments = new ArrayList<>(values);
		int keyAt = set.indexOf(table.key());
		if (keyAt >= 0 && set.size() > 1) {
			// a trigger may watch updates of the key
			set.remove(keyAt);
			arguments.remove(keyAt);
		}
		arguments.add(key);
		int updated = change(table, update(table, set), arguments);
		return (updated > 0 || isThere(table, key)) ? updated : change(table, insert(table, columns), values);
	}

	/** Returns how many rows were changed, without those that triggers have changed. */
	private int change(LocalTable table, String sql, List<@Nullable Object> arguments) throws SQLException {
		int changed = this.database.update(sql, arguments.toArray());
		// JDBC counts both
		return table.hasTriggers() ? (int) this.database.number("SELECT changes()") : changed;
	}

	private boolean isThere(LocalTable table, Object key) throws SQLException {
		return this.database.number(
				"SELECT EXISTS (SELECT 1 FROM " + table.quoted() + " WHERE " + table.key().quoted() + " = ?)", key) > 0;
	}

	private boolean isAs(LocalTable table, Object key, SyncRow row) throws SQLException {
		SyncRow local = read(table, key);
		return local != null && row.columns()
			.stream()
			.filter((column) -> !column.equals(table.key().member()))
			.allMatch((column) -> SqliteValues.same(local.get(column), row.get(column)));
	}

	/**
	 * Deletes a row if it exists.
	 * @throws SQLException if a trigger forbids it
	 */
	public void delete(LocalTable table, Object key) throws SQLException {
		this.database.update("DELETE FROM " + table.quoted() + " WHERE " + table.key().quoted() + " = ?", key);
		if (table.hasTriggers() && isThere(table, key)) {
			throw ignored(table);
		}
	}

	public static SQLException ignored(LocalTable table) {
		return Database.constraint("A trigger of the table " + table.name() + " ignores the change: RAISE(IGNORE)");
	}

	private static String upsert(LocalTable table) {
		String set = table.columns()
			.stream()
			.filter((column) -> !column.equals(table.key()))
			.map((column) -> column.quoted() + " = excluded." + column.quoted())
			.collect(Collectors.joining(", "));
		return insert(table, table.columns()) + " ON CONFLICT (" + table.key().quoted() + ") DO "
				+ (set.isEmpty() ? "NOTHING" : "UPDATE SET " + set);
	}

	private static String insert(LocalTable table, List<LocalColumn> columns) {
		return "INSERT" + table.orAbort() + " INTO " + table.quoted() + " ("
				+ columns.stream().map(LocalColumn::quoted).collect(Collectors.joining(", ")) + ") VALUES ("
				+ columns.stream().map((column) -> "?").collect(Collectors.joining(", ")) + ")";
	}

	private static String update(LocalTable table, List<LocalColumn> columns) {
		return "UPDATE" + table.orAbort() + " " + table.quoted() + " SET "
				+ columns.stream().map((column) -> column.quoted() + " = ?").collect(Collectors.joining(", "))
				+ " WHERE " + table.key().quoted() + " = ?";
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.oversync.client.SyncSetupException;
import io.oversync.client.SyncTable;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.table.LocalColumn.Kind;
import io.oversync.client.internal.table.LocalTable.Unique;
import org.jspecify.annotations.Nullable;

/**
 * Reads the definitions of the application's tables, and refuses those that cannot be
 * synced.
 */
public final class TableReader {

	/** In {@code pragma_index_xinfo}: not a column, but an expression. */
	private static final int EXPRESSION = -2;

	private final Database database;

	public TableReader(Database database) {
		this.database = database;
	}

	/** Reads a table; it gets its number if it has none. */
	public LocalTable read(SyncTable table, String defaultSchema) throws SQLException {
		String name = this.database.first(
				"SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage <> 0 AND name = ? COLLATE NOCASE",
				(row) -> row.getString(1), table.name());
		if (name == null) {
			throw new SyncSetupException("The table '" + table.name()
					+ "' is not in the database (views and virtual tables cannot be synced): create it before the"
					+ " client is opened, or take it off its list of tables");
		}
		if (this.database.number("SELECT count(*) FROM sqlite_temp_schema WHERE name = ? COLLATE NOCASE", name) > 0) {
			throw new SyncSetupException("A temporary table or view '" + name
					+ "' hides the table of this name on the client's connection: give the client a DataSource whose"
					+ " connections have no temporary tables of this name");
		}
		List<Declared> declared = this.database.query(
				"SELECT name, type, pk, hidden, dflt_value FROM pragma_table_xinfo(?)",
				(row) -> new Declared(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4),
						row.getString(5)),
				name);
		Set<String> references = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		Set<String> parents = new TreeSet<>();
		Map<String, String> referred = new TreeMap<>();
		this.database.query("SELECT \"table\", \"from\" FROM pragma_foreign_key_list(?)", (row) -> {
			String parent = row.getString(1).toLowerCase(Locale.ROOT);
			parents.add(parent);
			referred.put(row.getString(2).toLowerCase(Locale.ROOT), parent);
			return references.add(row.getString(2));
		}, name);
		List<LocalColumn> columns = new ArrayList<>();
		for (Declared column : declared) {
			if (column.hidden == 0) {
				columns.add(new LocalColumn(column.name, Kind.of(column.type), references.contains(column.name),
						column.defaultExpression));
			}
		}
		LocalColumn key = key(table, name, declared, columns);
		UniqueReader uniques = new UniqueReader(name);
		String schema = (table.serverSchema() != null) ? table.serverSchema() : defaultSchema;
		String serverSchema = schema.toLowerCase(Locale.ROOT);
		String serverTable = table.serverTable().toLowerCase(Locale.ROOT);
		long no = number(name, serverSchema + "." + serverTable);
		return new LocalTable(no, name, serverSchema, serverTable, key, List.copyOf(columns), List.copyOf(parents),
				Map.copyOf(referred), uniques.read(), uniques.hasExpression, hasConflictClause(name),
				hasTriggers(name));
	}

	/** Returns true also for a column of such a name, which does no harm. */
	private boolean hasConflictClause(String table) throws SQLException {
		return this.database.number(
				"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ? AND sql LIKE '%CONFLICT%'",
				table) > 0;
	}

	private boolean hasTriggers(String table) throws SQLException {
		return this.database.number(
				"SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"
						+ " AND tbl_name = ? COLLATE NOCASE AND substr(name, 1, 6) <> '_sync_' COLLATE NOCASE",
				table) > 0;
	}

	/**
	 * Returns the table's number. A table that was renamed keeps it, since it is synced
	 * with the same table of the server.
	 */
	private long number(String name, String server) throws SQLException {
		String table = name.toLowerCase(Locale.ROOT);
		if (this.database.number("SELECT count(*) FROM _sync_table WHERE name = ?", table) == 0) {
			int renamed = this.database.update("""
					UPDATE _sync_table SET name = ? WHERE table_no = (
					  SELECT table_no FROM _sync_table WHERE server = ? AND NOT EXISTS (
					    SELECT 1 FROM sqlite_schema
					    WHERE type = 'table' AND sqlite_schema.name = _sync_table.name COLLATE NOCASE)
					  ORDER BY listed DESC, table_no LIMIT 1)""", table, server);
			if (renamed == 0) {
				this.database.update("INSERT INTO _sync_table (name) VALUES (?)", table);
			}
		}
		this.database.update("UPDATE _sync_table SET server = ? WHERE name = ? AND server IS NOT ?", server, table,
				server);
		return this.database.number("SELECT table_no FROM _sync_table WHERE name = ?", table);
	}

	private static LocalColumn key(SyncTable table, String name, List<Declared> declared, List<LocalColumn> columns) {
		List<Declared> primaryKey = declared.stream().filter((column) -> column.pk > 0).toList();
		String wanted = table.keyColumn();
		if (wanted != null && declared.stream().noneMatch((column) -> column.name.equalsIgnoreCase(wanted))) {
			throw new SyncSetupException("The table '" + name + "' has no column '" + wanted
					+ "': name its primary key, or leave the name out to take the primary key");
		}
		if (primaryKey.isEmpty()) {
			throw new SyncSetupException("The table '" + name
					+ "' has no primary key: give it one column of UUIDs, such as id TEXT PRIMARY KEY");
		}
		if (primaryKey.size() > 1) {
			throw new SyncSetupException("The table '" + name
					+ "' has a primary key of several columns, which cannot be synced: make one column of UUIDs"
					+ " the primary key, and a UNIQUE constraint of these");
		}
		Declared key = primaryKey.get(0);
		if (wanted != null && !key.name.equalsIgnoreCase(wanted)) {
			throw new SyncSetupException("The column '" + wanted + "' of the table '" + name
					+ "' is not its primary key, which is '" + key.name + "': only the primary key can be the key");
		}
		if (keyKind(key.type) == null) {
			throw new SyncSetupException(
					"The primary key '" + key.name + "' of the table '" + name + "' is declared as '" + key.type
							+ "': devices that are offline can only make keys of their own with UUIDs, so declare it as"
							+ " TEXT, or as BLOB for 16 bytes");
		}
		return columns.stream().filter((column) -> column.name().equals(key.name)).findFirst().orElseThrow();
	}

	private static @Nullable Kind keyKind(String type) {
		Kind kind = Kind.of(type);
		return (kind == Kind.TEXT || kind == Kind.BLOB) ? kind : null;
	}

	/** A column as SQLite describes it. */
	private record Declared(String name, String type, int pk, int hidden, @Nullable String defaultExpression) {
	}

	/** Reads the unique constraints of a table. */
	private final class UniqueReader {

		private final String table;

		private boolean hasExpression;

		UniqueReader(String table) {
			this.table = table;
		}

		List<Unique> read() throws SQLException {
			List<Unique> uniques = new ArrayList<>();
			for (String index : TableReader.this.database.query(
					"SELECT name FROM pragma_index_list(?) WHERE \"unique\" = 1 AND origin <> 'pk'",
					(row) -> row.getString(1), this.table)) {
				List<Unique.Part> parts = new ArrayList<>();
				boolean[] expression = new boolean[1];
				TableReader.this.database
					.query("SELECT cid, name, coll FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno", (row) -> {
						expression[0] |= row.getInt(1) == EXPRESSION;
						return parts.add(new Unique.Part(String.valueOf(row.getString(2)), row.getString(3)));
					}, index);
				if (expression[0]) {
					this.hasExpression = true;
				}
				else {
					uniques.add(new Unique(parts));
				}
			}
			return uniques;
		}

	}

}

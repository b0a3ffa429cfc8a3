/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * The SQLite file of an application in the field, with the bookkeeping tables that all
 * four clients have and the triggers that capture the application's changes.
 */
final class FieldDatabase implements AutoCloseable {

	private static final String NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

	private static final String APPLICATION_WRITES = "(SELECT apply_mode FROM _sync_client_info) = 0";

	private static final List<String> BOOKKEEPING = List.of("""
			CREATE TABLE _sync_client_info (source_id TEXT PRIMARY KEY, next_change_id INTEGER NOT NULL DEFAULT 1,
			  last_server_seq_seen INTEGER NOT NULL DEFAULT 0, apply_mode INTEGER NOT NULL DEFAULT 0)""", """
			CREATE TABLE _sync_row_meta (table_name TEXT, pk_uuid TEXT, server_version INTEGER NOT NULL DEFAULT 0,
			  deleted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (table_name, pk_uuid))""", """
			CREATE TABLE _sync_pending (table_name TEXT, pk_uuid TEXT, op TEXT NOT NULL, base_version INTEGER NOT NULL,
			  payload TEXT, change_id INTEGER, queued_at TEXT NOT NULL DEFAULT (%s),
			  PRIMARY KEY (table_name, pk_uuid))""".formatted(NOW));

	private final Connection connection;

	/** Sees nothing of a transaction that is open. */
	private final Connection outside;

	/**
	 * Creates the file.
	 * @param file the file's path
	 * @param source the device
	 * @param overridable whether the triggers note new rows with {@code OR IGNORE}, which
	 * an {@code OR REPLACE} of the application's statement overrides
	 */
	FieldDatabase(Path file, String source, boolean overridable) {
		this.connection = connect(file);
		this.outside = connect(file);
		BOOKKEEPING.forEach(this::execute);
		execute("INSERT INTO _sync_client_info (source_id) VALUES (?)", source);
		for (FieldTable table : FieldTable.values()) {
			execute(table.ddl());
			execute(captureInsert(table, overridable));
			execute(captureUpdate(table, overridable));
			execute(captureDelete(table, overridable));
		}
	}

	private static Connection connect(Path file) {
		try {
			Connection opened = DriverManager.getConnection("jdbc:sqlite:" + file);
			for (String pragma : List.of("journal_mode = WAL", "synchronous = OFF", "busy_timeout = 10000",
					"foreign_keys = ON")) {
				execute(opened, "PRAGMA " + pragma);
			}
			return opened;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String key(FieldTable table, String row) {
		return "table_name = '%s' AND pk_uuid = %s.id".formatted(table.sqlName(), row);
	}

	private static String version(FieldTable table, String row) {
		return "(SELECT server_version FROM _sync_row_meta WHERE " + key(table, row) + ")";
	}

	private static String noteRow(FieldTable table, String row, int deleted, boolean overridable) {
		String columns = "_sync_row_meta (table_name, pk_uuid, server_version, deleted)";
		String values = "'%s', %s.id, 0, %d".formatted(table.sqlName(), row, deleted);
		return overridable ? "INSERT OR IGNORE INTO " + columns + " VALUES (" + values + ");\n"
				: "INSERT INTO " + columns + " SELECT " + values
						+ " WHERE NOT EXISTS (SELECT 1 FROM _sync_row_meta WHERE " + key(table, row) + ");\n";
	}

	private static String queue(FieldTable table, String row, String op, String base, String payload) {
		return """
				INSERT INTO _sync_pending (table_name, pk_uuid, op, base_version, payload, change_id)
				SELECT '%s', %s.id, '%s', %s, %s, (SELECT next_change_id FROM _sync_client_info)
				WHERE NOT EXISTS (SELECT 1 FROM _sync_pending WHERE %s);
				""".formatted(table.sqlName(), row, op, base, payload, key(table, row));
	}

	private static String trigger(FieldTable table, String event, String statements) {
		return "CREATE TRIGGER capture_" + event.toLowerCase(Locale.ROOT) + "_" + table.sqlName() + " AFTER " + event
				+ " ON " + table.sqlName() + " WHEN " + APPLICATION_WRITES + " BEGIN\n" + statements
				+ "UPDATE _sync_client_info SET next_change_id = next_change_id + 1;\nEND";
	}

	private static String captureInsert(FieldTable table, boolean overridable) {
		String key = key(table, "NEW");
		return trigger(table, "INSERT", noteRow(table, "NEW", 0, overridable)
				+ "UPDATE _sync_row_meta SET deleted = 0 WHERE " + key + ";\n"
				+ queue(table, "NEW", "INSERT", "0", table.image("NEW"))
				+ "UPDATE _sync_pending SET op = 'INSERT', base_version = %s, payload = %s, queued_at = %s WHERE %s;\n"
					.formatted(version(table, "NEW"), table.image("NEW"), NOW, key));
	}

	private static String captureUpdate(FieldTable table, boolean overridable) {
		String key = key(table, "NEW");
		return trigger(table, "UPDATE",
				noteRow(table, "NEW", 0, overridable) + "UPDATE _sync_row_meta SET deleted = 0 WHERE " + key + ";\n"
						+ queue(table, "NEW", "UPDATE", version(table, "NEW"), table.image("NEW")) + """
								UPDATE _sync_pending SET op = CASE op WHEN 'INSERT' THEN 'INSERT' ELSE 'UPDATE' END,
								  base_version = CASE op WHEN 'INSERT' THEN base_version ELSE %s END,
								  payload = %s, queued_at = %s WHERE %s;
								""".formatted(version(table, "NEW"), table.image("NEW"), NOW, key));
	}

	private static String captureDelete(FieldTable table, boolean overridable) {
		String key = key(table, "OLD");
		return trigger(table, "DELETE", noteRow(table, "OLD", 1, overridable)
				+ queue(table, "OLD", "DELETE", version(table, "OLD"), "NULL")
				+ "UPDATE _sync_pending SET op = 'DELETE', base_version = %s, payload = NULL, queued_at = %s WHERE %s AND op <> 'INSERT';\n"
					.formatted(version(table, "OLD"), NOW, key)
				+ "DELETE FROM _sync_pending WHERE " + key + " AND op = 'INSERT';\n"
				+ "UPDATE _sync_row_meta SET deleted = 1 WHERE " + key + ";\n" + "DELETE FROM _sync_row_meta WHERE "
				+ key + " AND server_version = 0 AND NOT EXISTS (SELECT 1 FROM _sync_pending WHERE " + key + ");\n");
	}

	/**
	 * Runs a statement.
	 * @param sql the statement
	 * @param arguments its parameters
	 * @return how many rows it changed
	 */
	int execute(String sql, @Nullable Object... arguments) {
		try {
			return execute(this.connection, sql, arguments);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql + ": " + ex.getMessage(), ex);
		}
	}

	private static int execute(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			bind(statement, arguments);
			return statement.execute() ? 0 : statement.getUpdateCount();
		}
	}

	private static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
		for (int i = 0; i < arguments.length; i++) {
			statement.setObject(i + 1, arguments[i]);
		}
	}

	/**
	 * Runs a query.
	 * @param sql the query
	 * @param arguments its parameters
	 * @return its rows by column
	 */
	List<Map<String, @Nullable Object>> query(String sql, @Nullable Object... arguments) {
		return query(this.connection, sql, arguments);
	}

	/**
	 * Runs a query past the transaction that is open.
	 * @param sql the query
	 * @param arguments its parameters
	 * @return its rows by column
	 */
	List<Map<String, @Nullable Object>> queryOutside(String sql, @Nullable Object... arguments) {
		return query(this.outside, sql, arguments);
	}

	private static List<Map<String, @Nullable Object>> query(Connection connection, String sql,
			@Nullable Object... arguments) {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			bind(statement, arguments);
			try (ResultSet result = statement.executeQuery()) {
				List<Map<String, @Nullable Object>> rows = new ArrayList<>();
				while (result.next()) {
					Map<String, @Nullable Object> row = new LinkedHashMap<>();
					for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
						row.put(result.getMetaData().getColumnLabel(i), result.getObject(i));
					}
					rows.add(row);
				}
				return rows;
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Queries a number.
	 * @param sql a query for one column
	 * @param arguments its parameters
	 * @return its first value, or 0 without a row
	 */
	long number(String sql, @Nullable Object... arguments) {
		List<Map<String, @Nullable Object>> rows = query(sql, arguments);
		Object value = rows.isEmpty() ? null : rows.get(0).values().iterator().next();
		return (value != null) ? ((Number) value).longValue() : 0;
	}

	/**
	 * Does work in a transaction.
	 * @param work the work, which is rolled back if it fails
	 */
	void transact(Runnable work) {
		execute("BEGIN");
		try {
			work.run();
			execute("COMMIT");
		}
		catch (RuntimeException ex) {
			execute("ROLLBACK");
			throw ex;
		}
	}

	/**
	 * Returns all rows of the application.
	 * @return as texts
	 */
	TreeSet<String> rows() {
		TreeSet<String> rows = new TreeSet<>();
		for (FieldTable table : FieldTable.values()) {
			query(table.rowTexts() + table.sqlName())
				.forEach((row) -> rows.add(String.valueOf(row.values().iterator().next())));
		}
		return rows;
	}

	@Override
	public void close() {
		try {
			this.connection.close();
			this.outside.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A user's data in the server's PostgreSQL, read directly.
 */
public final class ServerTables {

	private static final JsonMapper mapper = new JsonMapper();

	private final JdbcTemplate jdbc;

	private final List<TableModel> tables;

	/**
	 * Creates a view of some tables.
	 * @param jdbcUrl the database, with user and password in the URL
	 * @param tables the tables
	 */
	public ServerTables(String jdbcUrl, TableModels tables) {
		this.tables = tables.list();
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(jdbcUrl));
	}

	/**
	 * Reads the application's own tables.
	 * @param user the owner of the rows
	 * @return the rows, as {@link Device#rows()} returns them
	 */
	public Map<String, List<String>> business(String user) {
		Map<String, List<String>> contents = new TreeMap<>();
		for (TableModel table : this.tables) {
			String columns = table.columns()
				.stream()
				.map(TableModel.ColumnModel::serverExpression)
				.collect(Collectors.joining(", "));
			this.jdbc.query(
					"select " + columns + " from " + table.qualifiedName() + " where " + table.ownerColumn() + " = ?",
					(RowCallbackHandler) (row) -> add(contents, table, values(table, row)), user);
		}
		return contents;
	}

	private static List<String> values(TableModel table, ResultSet row) throws SQLException {
		List<String> values = new ArrayList<>();
		for (int i = 0; i < table.columns().size(); i++) {
			values.add(table.columns().get(i).kind().text(row.getString(i + 1)));
		}
		return values;
	}

	/**
	 * Reads the tables of the sync schema.
	 * @param user the owner of the rows
	 * @return the rows, as {@link Device#rows()} returns them
	 */
	public Map<String, List<String>> state(String user) {
		Map<String, List<String>> contents = new TreeMap<>();
		for (TableModel table : this.tables) {
			this.jdbc.query(
					"select payload from sync.sync_state where user_id = ? and schema_name = ?" + " and table_name = ?",
					(RowCallbackHandler) (row) -> {
						JsonNode payload = mapper.readTree(row.getString(1));
						add(contents, table, table.texts(payload));
					}, user, table.schema(), table.sqlName());
		}
		return contents;
	}

	/**
	 * Reads the versions of the rows, deleted ones included.
	 * @param user the owner of the rows
	 * @return version and whether it is deleted, by table and key
	 */
	public Map<String, List<String>> versions(String user) {
		Map<String, List<String>> versions = new TreeMap<>();
		this.jdbc.query(
				"select table_name || ' ' || pk_uuid, server_version, deleted from sync.sync_row_meta where user_id = ?",
				(RowCallbackHandler) (row) -> versions.put(row.getString(1),
						List.of(row.getString(2), Boolean.toString(row.getBoolean(3)))),
				user);
		return versions;
	}

	/**
	 * Counts the changes that could not be written to the application's own tables.
	 * @param user the owner of the changes
	 * @return the number of changes that wait to be tried again
	 */
	public long materializeFailures(String user) {
		return count("select count(*) from sync.materialize_failures where user_id = ?", user);
	}

	/**
	 * Reads which rows could not be written to the application's own tables.
	 * @param user the owner of the rows
	 * @return the errors, by table and key
	 */
	public Map<String, String> failedRows(String user) {
		Map<String, String> failed = new TreeMap<>();
		this.jdbc.query("select table_name || ' ' || pk_uuid, error from sync.materialize_failures where user_id = ?",
				(RowCallbackHandler) (row) -> failed.put(row.getString(1), String.valueOf(row.getString(2))), user);
		return failed;
	}

	/**
	 * Reads the log of changes.
	 * @param user the owner of the changes
	 * @return row, operation, version, device and the device's number, by
	 * {@code "change 42"}
	 */
	public Map<String, List<String>> log(String user) {
		Map<String, List<String>> log = new TreeMap<>();
		this.jdbc.query(
				"""
						select 'change ' || server_id, table_name || ' ' || pk_uuid, op, server_version, source_id, source_change_id
						from sync.server_change_log where user_id = ?""",
				(RowCallbackHandler) (row) -> log.put(row.getString(1), List.of(row.getString(2), row.getString(3),
						row.getString(4), row.getString(5), row.getString(6))),
				user);
		return log;
	}

	private static void add(Map<String, List<String>> contents, TableModel table, List<String> values) {
		contents.put(table.rowName(values.get(0)), values);
	}

	/**
	 * Queries a number.
	 * @param sql the query
	 * @param arguments its parameters
	 * @return the number
	 */
	public long count(String sql, Object... arguments) {
		Long count = this.jdbc.queryForObject(sql, Long.class, arguments);
		return (count != null) ? count : -1;
	}

	/**
	 * Queries texts.
	 * @param sql the query
	 * @param arguments its parameters
	 * @return the first column
	 */
	public List<String> texts(String sql, Object... arguments) {
		return this.jdbc.queryForList(sql, String.class, arguments);
	}

}

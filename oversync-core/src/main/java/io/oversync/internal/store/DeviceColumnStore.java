/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.protocol.TableName;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The columns that devices of a user have sent ({@code sync.device_columns}).
 */
public final class DeviceColumnStore {

	private static final String FIND = """
			SELECT d.table_id, d.columns FROM sync.device_columns d WHERE d.stream_id = ? AND d.table_id = ANY (?)""";

	private static final String PUT = """
			INSERT INTO sync.device_columns (stream_id, table_id, columns) VALUES (?, ?, ?)
			ON CONFLICT (stream_id, table_id) DO UPDATE SET columns = excluded.columns""";

	private final JdbcTemplate jdbc;

	private final TableIds ids;

	DeviceColumnStore(DataSource dataSource, TableIds ids) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.ids = ids;
	}

	/**
	 * Finds the columns of tables.
	 * @param streamId the user's stream
	 * @param tables the tables
	 * @return the names of the columns, nothing for a table of which no device has sent a
	 * row
	 */
	public Map<TableName, Set<String>> find(long streamId, Collection<SyncedTable> tables) {
		Map<TableName, Set<String>> columns = new HashMap<>();
		this.jdbc.query(FIND, Parameters.of((values) -> values.number(streamId).integers(tables, SyncedTable::id)),
				(resultSet) -> {
					TableName table = this.ids.nameOf(resultSet.getInt(1));
					if (table != null) {
						columns.put(table, Set.of((String[]) resultSet.getArray(2).getArray()));
					}
				});
		return columns;
	}

	/**
	 * Notes the columns of a table, in place of those that were known.
	 * @param streamId the user's stream, locked
	 * @param table the table
	 * @param columns the names of the columns
	 */
	public void put(long streamId, SyncedTable table, Set<String> columns) {
		this.jdbc.update(PUT, streamId, table.id(), columns.stream().sorted().toArray(String[]::new));
	}

}

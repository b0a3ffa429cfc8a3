/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.stream.RowState;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;

/**
 * The rows of a table as the streams store them, page by page.
 */
public final class CurrentRowStore {

	private static final String USERS = """
			SELECT s.user_id
			FROM sync.stream s
			WHERE s.user_id > ?
			  AND EXISTS (SELECT 1 FROM sync.row_version r WHERE r.stream_id = s.stream_id AND r.table_id = ?)
			ORDER BY s.user_id
			LIMIT ?""";

	private static final String USERS_WITH_FAILURES = """
			SELECT s.user_id
			FROM sync.stream s
			WHERE s.user_id > ?
			  AND s.stream_id IN (SELECT f.stream_id FROM sync.materialize_failures f
			                      WHERE f.schema_name = ? AND f.table_name = ?)
			ORDER BY s.user_id
			LIMIT ?""";

	private static final String LIVE = """
			SELECT c.server_id AS place, c.pk, c.version, false AS deleted, c.server_id,
			       octet_length(c.payload::text) AS size
			FROM sync.change c
			WHERE c.stream_id = ? AND c.server_id > ? AND c.table_id = ? AND EXISTS (
			  SELECT 1 FROM sync.row_version r
			  WHERE r.stream_id = ? AND r.table_id = c.table_id AND r.pk = c.pk
			    AND r.server_id = c.server_id AND NOT r.deleted)
			ORDER BY c.server_id
			LIMIT ?""";

	private static final String FAILED = """
			SELECT f.id AS place, f.pk_uuid AS pk, r.version, r.deleted, r.server_id,
			       octet_length(c.payload::text) AS size
			FROM sync.materialize_failures f
			JOIN sync.row_version r ON r.stream_id = ? AND r.table_id = ? AND r.pk = f.pk_uuid
			LEFT JOIN sync.change c ON c.stream_id = ? AND c.server_id = r.server_id
			WHERE f.stream_id = ? AND f.schema_name = ? AND f.table_name = ? AND f.id > ?
			ORDER BY f.id
			LIMIT ?""";

	/**
	 * Measuring a payload means reading it, so only a few more are measured than are
	 * asked for.
	 */
	private static final int FETCH_SIZE = 16;

	private final JdbcTemplate jdbc;

	private final JdbcTemplate measuring;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public CurrentRowStore(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.measuring = new JdbcTemplate(dataSource);
		this.measuring.setFetchSize(FETCH_SIZE);
	}

	/**
	 * Finds users who have rows of a table, deleted ones included.
	 * @param table the table
	 * @param after before the first user, an empty string for the start
	 * @param limit the most users
	 * @return their ids in ascending order
	 */
	public List<String> findUsers(SyncedTable table, String after, int limit) {
		return this.jdbc.queryForList(USERS, String.class, after, table.id(), limit);
	}

	/**
	 * Finds users who have failed rows of a table.
	 * @param table the table
	 * @param after before the first user, an empty string for the start
	 * @param limit the most users
	 * @return their ids in ascending order
	 */
	public List<String> findUsersWithFailures(SyncedTable table, String after, int limit) {
		return this.jdbc.queryForList(USERS_WITH_FAILURES, String.class, after, table.name().schema(),
				table.name().table(), limit);
	}

	/**
	 * Reads the live rows of a table in the order of their last changes.
	 * @param streamId the user's stream, locked
	 * @param table the table
	 * @param after the place before the first row, 0 for the start
	 * @param limit the most rows
	 * @param bytes the most that the after-images may have, of all rows but the last
	 * @return the rows
	 */
	public List<CurrentRow> readLive(long streamId, SyncedTable table, long after, int limit, long bytes) {
		return read(table.name(), bytes, LIVE, streamId, after, table.id(), streamId, limit);
	}

	/**
	 * Reads the rows of a table that could not be written, deleted ones included.
	 * @param streamId the user's stream, locked
	 * @param table the table
	 * @param after the place before the first row, 0 for the start
	 * @param limit the most rows
	 * @param bytes the most that the after-images may have, of all rows but the last
	 * @return the rows
	 */
	public List<CurrentRow> readFailed(long streamId, SyncedTable table, long after, int limit, long bytes) {
		return read(table.name(), bytes, FAILED, streamId, table.id(), streamId, streamId, table.name().schema(),
				table.name().table(), after, limit);
	}

	private List<CurrentRow> read(TableName table, long bytes, String sql, Object... parameters) {
		ResultSetExtractor<List<CurrentRow>> rows = (resultSet) -> {
			List<CurrentRow> read = new ArrayList<>();
			long left = bytes;
			while (left >= 0 && resultSet.next()) {
				CurrentRow row = row(table, resultSet);
				read.add(row);
				left -= (row.size() != null) ? row.size() : 0;
			}
			return read;
		};
		return Objects.requireNonNull(this.measuring.query(sql, rows, parameters));
	}

	private static CurrentRow row(TableName table, ResultSet resultSet) throws SQLException {
		long serverId = resultSet.getLong("server_id");
		return new CurrentRow(resultSet.getLong("place"), new RowKey(table, resultSet.getObject("pk", UUID.class)),
				new RowState(resultSet.getLong("version"), resultSet.getBoolean("deleted"), serverId, serverId),
				resultSet.getObject("size", Integer.class));
	}

	/**
	 * A row on a page.
	 *
	 * @param place its place in the order in which it was read
	 * @param row the row
	 * @param state its state; of a live row, its last change has the after-image
	 * @param size the length of the after-image, null without one
	 */
	public record CurrentRow(long place, RowKey row, RowState state, @Nullable Integer size) {
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.store.StatementBatch.Planning;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The claims on rows of tables without an owner column ({@code sync.row_owner}): a row
 * belongs to the user who first wrote it. Some of the statements become parts of the
 * programs of trials.
 */
public final class RowOwnerStore {

	/**
	 * Claims rows for a user. Parameters: the table, the stream, the keys.
	 */
	public static final String CLAIM = """
			INSERT INTO sync.row_owner (table_id, pk, stream_id)
			SELECT ?, k.pk, ? FROM unnest(?::uuid[]) AS k(pk) ORDER BY k.pk
			ON CONFLICT (table_id, pk) DO NOTHING""";

	/**
	 * Finds the rows among several that the user has claimed. Parameters: the keys, the
	 * table, the stream. A statement of its own: it has to see claims that the insert
	 * above waited for.
	 */
	public static final String CLAIMED = """
			SELECT k.pk
			FROM unnest(?::uuid[]) AS k(pk)
			CROSS JOIN LATERAL (
			  SELECT 1 FROM sync.row_owner o WHERE o.table_id = ? AND o.pk = k.pk AND o.stream_id = ? LIMIT 1) AS o""";

	/**
	 * Releases rows. Parameters: the table, the stream, the keys.
	 */
	public static final String RELEASE = """
			DELETE FROM sync.row_owner o WHERE o.table_id = ? AND o.stream_id = ? AND o.pk = ANY (?::uuid[])""";

	private final JdbcTemplate jdbc;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public RowOwnerStore(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Writes the condition that another user claimed a row.
	 * @param table the row's table
	 * @param key an expression of the row's key
	 * @param stream an expression of the user's stream
	 * @return an SQL expression
	 */
	public static String isClaimedByAnother(SyncedTable table, String key, String stream) {
		return "EXISTS (SELECT 1 FROM sync.row_owner AS o WHERE o.table_id = " + table.id() + " AND o.pk = " + key
				+ " AND o.stream_id <> " + stream + " OFFSET 0)";
	}

	/**
	 * Claims rows that no other user has.
	 * @param table their table
	 * @param keys their keys
	 * @param streamId the user's stream
	 * @return the keys of the rows that are the user's
	 */
	public Set<UUID> claim(SyncedTable table, Collection<UUID> keys, long streamId) {
		this.jdbc.update(CLAIM, Parameters
			.of((parameters) -> parameters.integer(table.id()).number(streamId).uuids(keys, (key) -> key)));
		Set<UUID> claimed = new HashSet<>();
		this.jdbc.query(CLAIMED,
				Parameters
					.of((parameters) -> parameters.uuids(keys, (key) -> key).integer(table.id()).number(streamId)),
				(resultSet) -> {
					claimed.add(resultSet.getObject(1, UUID.class));
				});
		return claimed;
	}

	/**
	 * Adds the statements that claim rows.
	 * @param batch takes them
	 * @param table the table
	 * @param keys the keys of the rows
	 * @param streamId the user's stream
	 * @param sink receives the keys of the rows that are the user's
	 */
	public void addClaims(StatementBatch batch, SyncedTable table, Collection<UUID> keys, long streamId,
			Consumer<UUID> sink) {
		batch.add(Planning.BY_KEY, CLAIM,
				(parameters) -> parameters.integer(table.id()).number(streamId).uuids(keys, (key) -> key),
				(resultSet) -> {
				});
		batch.add(Planning.BY_KEY, CLAIMED,
				(parameters) -> parameters.uuids(keys, (key) -> key).integer(table.id()).number(streamId),
				(resultSet) -> sink.accept(resultSet.getObject(1, UUID.class)));
	}

	/**
	 * Releases rows that the user deleted.
	 * @param table their table
	 * @param keys their keys
	 * @param streamId the user's stream
	 */
	public void release(SyncedTable table, Collection<UUID> keys, long streamId) {
		this.jdbc.update(RELEASE,
				Parameters.of((values) -> values.integer(table.id()).number(streamId).uuids(keys, (key) -> key)));
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.stream.RowState;
import io.oversync.protocol.TableName;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The versions of the rows of a stream.
 */
public final class RowVersionStore {

	// LATERAL with LIMIT: a look-up by key for each, whatever the statistics say
	private static final String LOAD = """
			SELECT k.ord, r.version, r.server_id, r.image_server_id, r.deleted
			FROM unnest(?::int[], ?::uuid[]) WITH ORDINALITY AS k(table_id, pk, ord)
			CROSS JOIN LATERAL (
			  SELECT r.version, r.server_id, r.image_server_id, r.deleted
			  FROM sync.row_version r
			  WHERE r.stream_id = ? AND r.table_id = k.table_id AND r.pk = k.pk
			  LIMIT 1) r""";

	private static final String SAVE = """
			INSERT INTO sync.row_version AS r
			  (stream_id, table_id, pk, version, server_id, image_server_id, deleted)
			SELECT ?, k.table_id, k.pk, k.version, k.server_id, nullif(k.image_server_id, 0), k.deleted
			FROM unnest(?::int[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::boolean[])
			  AS k(table_id, pk, version, server_id, image_server_id, deleted)
			ON CONFLICT (stream_id, table_id, pk) DO UPDATE
			SET version = excluded.version, server_id = excluded.server_id,
			    image_server_id = excluded.image_server_id, deleted = excluded.deleted""";

	private static final String LAST_CHANGES = """
			SELECT r.server_id, k.pk
			FROM unnest(?::uuid[]) AS k(pk)
			CROSS JOIN LATERAL (
			  SELECT r.server_id FROM sync.row_version r
			  WHERE r.stream_id = ? AND r.table_id = ? AND r.pk = k.pk
			  LIMIT 1) r""";

	private final JdbcTemplate jdbc;

	private final TableIds ids;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 * @param ids the ids of the registered tables
	 */
	public RowVersionStore(DataSource dataSource, TableIds ids) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.ids = ids;
	}

	/**
	 * Loads the states of rows.
	 * @param batch takes the statement, or the last of several
	 * @param streamId the stream
	 * @param rows the rows
	 * @param sink receives each row that is known
	 */
	public void load(StatementBatch batch, long streamId, List<RowKey> rows, BiConsumer<RowKey, RowState> sink) {
		batch.addChunks(Chunks.of(rows), (chunk) -> select(batch, streamId, chunk, sink));
	}

	private void select(StatementBatch batch, long streamId, List<RowKey> rows, BiConsumer<RowKey, RowState> sink) {
		batch.add(Planning.IN_ORDER, LOAD,
				(parameters) -> parameters.integers(rows, this.ids::idOf).uuids(rows, RowKey::pk).number(streamId),
				(resultSet) -> sink.accept(rows.get(resultSet.getInt("ord") - 1), state(resultSet)));
	}

	/**
	 * A live row has its after-image in its last change, a tombstone in an earlier one.
	 */
	private static RowState state(ResultSet resultSet) throws SQLException {
		boolean deleted = resultSet.getBoolean("deleted");
		long serverId = resultSet.getLong("server_id");
		return new RowState(resultSet.getLong("version"), deleted, serverId,
				deleted ? resultSet.getLong("image_server_id") : serverId);
	}

	/**
	 * Reads the states of rows at once.
	 * @param streamId the stream
	 * @param rows the rows
	 * @return the state of each that is known
	 */
	public Map<RowKey, RowState> read(long streamId, List<RowKey> rows) {
		Map<RowKey, RowState> states = new HashMap<>();
		if (!rows.isEmpty()) {
			StatementBatch batch = new StatementBatch(this.jdbc);
			load(batch, streamId, rows, states::put);
			batch.execute();
		}
		return states;
	}

	/**
	 * Finds the last changes of rows.
	 * @param streamId the stream
	 * @param table the rows' table
	 * @param rows the rows
	 * @return the last change of each that is known, in their order
	 */
	public Map<Long, UUID> findLastChanges(long streamId, TableName table, Collection<UUID> rows) {
		Map<Long, UUID> changes = new LinkedHashMap<>();
		for (List<UUID> chunk : Chunks.of(rows)) {
			this.jdbc.query(LAST_CHANGES, Parameters
				.of((values) -> values.uuids(chunk, (row) -> row).number(streamId).integer(this.ids.idOf(table))),
					(resultSet) -> {
						changes.put(resultSet.getLong(1), resultSet.getObject(2, UUID.class));
					});
		}
		return changes;
	}

	/**
	 * Saves the states of rows of a locked stream.
	 * @param batch takes the statement, or the last of several
	 * @param streamId the stream
	 * @param rows the rows
	 */
	public void save(StatementBatch batch, long streamId, Map<RowKey, RowState> rows) {
		batch.addChunks(Chunks.of(rows.entrySet()), (chunk) -> insert(batch, streamId, chunk));
	}

	private void insert(StatementBatch batch, long streamId, List<Map.Entry<RowKey, RowState>> rows) {
		batch.add(SAVE,
				(parameters) -> parameters.number(streamId)
					.integers(rows, (row) -> this.ids.idOf(row.getKey()))
					.uuids(rows, (row) -> row.getKey().pk())
					.longs(rows, (row) -> row.getValue().version())
					.longs(rows, (row) -> row.getValue().serverId())
					.longs(rows, (row) -> row.getValue().deleted() ? row.getValue().imageServerId() : 0)
					.booleans(rows, (row) -> row.getValue().deleted()));
	}

}

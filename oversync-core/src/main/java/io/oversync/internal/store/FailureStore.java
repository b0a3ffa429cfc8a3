/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.event.EngineListener;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.RowFailure;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The rows that could not be written to their business tables (protocol §4).
 */
public final class FailureStore {

	private static final String COLUMNS = "id, user_id, schema_name, table_name, pk_uuid, attempted_version, op,"
			+ " error, first_seen, retry_count";

	private static final String RECORD = """
			INSERT INTO sync.materialize_failures AS f
			  (stream_id, user_id, schema_name, table_name, pk_uuid, attempted_version, op, payload, error)
			SELECT ?, ?, k.schema_name, k.table_name, k.pk, k.version, k.op,
			       (SELECT c.payload FROM sync.change c WHERE c.stream_id = ? AND c.server_id = k.server_id), k.error
			FROM unnest(?::text[], ?::text[], ?::uuid[], ?::bigint[], ?::text[], ?::bigint[], ?::text[])
			  AS k(schema_name, table_name, pk, version, op, server_id, error)
			ON CONFLICT (stream_id, schema_name, table_name, pk_uuid) DO UPDATE
			SET attempted_version = excluded.attempted_version, op = excluded.op, payload = excluded.payload,
			    error = excluded.error""";

	// the order leads to the index of rows, which has it for a range only
	private static final String IDS = """
			SELECT f.id
			FROM unnest(?::text[], ?::text[], ?::uuid[]) AS k(schema_name, table_name, pk)
			CROSS JOIN LATERAL (
			  SELECT f.id
			  FROM sync.materialize_failures f
			  WHERE f.stream_id = ? AND f.schema_name = k.schema_name AND f.table_name = k.table_name
			    AND f.pk_uuid BETWEEN k.pk AND k.pk
			  ORDER BY f.pk_uuid
			  OFFSET 0) f""";

	private static final String CLEAR = """
			DELETE FROM sync.materialize_failures f WHERE f.stream_id = ? AND f.id = ANY (?::bigint[])""";

	private static final KeyedQueries LIST = KeyedQueries.of("""
			SELECT id
			FROM sync.materialize_failures
			WHERE stream_id = ? AND (?::text IS NULL OR schema_name = ?) AND (?::text IS NULL OR table_name = ?)
			ORDER BY first_seen DESC, id DESC
			LIMIT ?""");

	// as many as fit into memory: see PayloadReader
	private static final KeyedQueries BLOCK = KeyedQueries.of("SELECT " + COLUMNS
			+ """
					, payload
					FROM (
					  SELECT a.*, row_number() OVER w AS fit, sum(coalesce(octet_length(a.payload::text), 0)) OVER w AS text_bytes
					  FROM (
					    SELECT f.*, row_number() OVER w AS place, sum(coalesce(pg_column_size(f.payload), 0)) OVER w AS bytes
					    FROM unnest(?::bigint[]) AS k(id)
					    CROSS JOIN LATERAL (
					      SELECT f.* FROM sync.materialize_failures f WHERE f.stream_id = ? AND f.id = k.id LIMIT 1) f
					    WINDOW w AS (ROWS UNBOUNDED PRECEDING)) a
					  WHERE a.place = 1 OR a.bytes <= ?
					  WINDOW w AS (ROWS UNBOUNDED PRECEDING)) b
					WHERE b.fit = 1 OR b.text_bytes <= ?""");

	private static final String FIND = "SELECT " + COLUMNS
			+ " FROM sync.materialize_failures WHERE stream_id = ? AND id = ?";

	private static final String FAILED_ROWS = """
			SELECT f.pk_uuid FROM sync.materialize_failures f
			WHERE f.stream_id = ? AND f.schema_name = ? AND f.table_name = ?""";

	private static final String COUNT_RETRY = """
			UPDATE sync.materialize_failures
			SET retry_count = retry_count + 1, attempted_version = ?, error = ?
			WHERE stream_id = ? AND id = ?""";

	// 7306017 keeps apart from advisory locks that the application takes
	private static final String TRY_CLAIM = "SELECT pg_try_advisory_xact_lock(7306017, hashint8(?))";

	private final JdbcTemplate jdbc;

	private final EngineListener listener;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public FailureStore(DataSource dataSource) {
		this(dataSource, EngineListener.NONE);
	}

	FailureStore(DataSource dataSource, EngineListener listener) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.listener = listener;
	}

	/**
	 * Records failures; a row that failed before keeps its id and first time. The payload
	 * is copied from the row's last change.
	 * @param owner the owner of the rows
	 * @param failures the rows, each once
	 */
	public void record(Owner owner, List<RowFailure> failures) {
		for (List<RowFailure> chunk : Chunks.of(failures)) {
			insert(owner, chunk);
		}
		if (this.listener != EngineListener.NONE) {
			Map<TableName, Integer> rows = new HashMap<>();
			failures.forEach((failure) -> rows.merge(failure.write().row().table(), 1, Integer::sum));
			AfterCommit.run(() -> this.listener.materializeFailed(rows));
		}
	}

	private void insert(Owner owner, List<RowFailure> failures) {
		this.jdbc.update(RECORD,
				Parameters.of((parameters) -> parameters.number(owner.streamId())
					.text(owner.userId())
					.number(owner.streamId())
					.texts(failures, (failure) -> failure.write().row().table().schema())
					.texts(failures, (failure) -> failure.write().row().table().table())
					.uuids(failures, (failure) -> failure.write().row().pk())
					.longs(failures, (failure) -> failure.write().version())
					.texts(failures, (failure) -> failure.write().op().name())
					.longs(failures, (failure) -> failure.write().state().serverId())
					.texts(failures, RowFailure::error)));
	}

	/**
	 * Removes the failures of rows that were written.
	 * @param streamId the stream
	 * @param rows the rows
	 */
	public void clear(long streamId, Collection<RowKey> rows) {
		for (List<RowKey> chunk : Chunks.of(rows)) {
			List<Long> ids = new ArrayList<>();
			StatementBatch batch = new StatementBatch(this.jdbc);
			batch.add(Planning.IN_ORDER, IDS,
					(parameters) -> parameters.texts(chunk, (row) -> row.table().schema())
						.texts(chunk, (row) -> row.table().table())
						.uuids(chunk, RowKey::pk)
						.number(streamId),
					(row) -> ids.add(row.getLong(1)));
			batch.execute();
			if (!ids.isEmpty()) {
				this.jdbc.update(CLEAR,
						Parameters.of((parameters) -> parameters.number(streamId).longs(ids, (id) -> id)));
			}
		}
	}

	/**
	 * Lists failures.
	 * @param streamId the stream
	 * @param schema only this schema, null for all
	 * @param table only this table, null for all
	 * @param limit the most to return
	 * @param deadline when it must be done
	 * @return their ids, newest first
	 */
	public List<Long> list(long streamId, @Nullable String schema, @Nullable String table, int limit,
			Deadline deadline) {
		List<Long> ids = new ArrayList<>();
		LIST.execute(this.jdbc, deadline,
				(parameters) -> parameters.number(streamId)
					.text(schema)
					.text(schema)
					.text(table)
					.text(table)
					.integer(limit),
				(resultSet) -> ids.add(resultSet.getLong(1)));
		return ids;
	}

	/**
	 * Reads as many failures as fit into memory with their payloads.
	 * @param streamId the stream
	 * @param ids the failures, few enough for one statement
	 * @param deadline when it must be done
	 * @return the first of them that exist, at least one if any does
	 */
	public List<MaterializeFailure> readBlock(long streamId, Collection<Long> ids, Deadline deadline) {
		List<MaterializeFailure> block = new ArrayList<>();
		BLOCK.execute(this.jdbc, deadline,
				(parameters) -> parameters.longs(ids, (id) -> id)
					.number(streamId)
					.number(PayloadReader.BLOCK_BYTES)
					.number(PayloadReader.BLOCK_BYTES),
				(resultSet) -> {
					byte[] payload = resultSet.getBytes("payload");
					block.add(failure(resultSet, (payload != null) ? new Payload(Payload.Kind.OBJECT, payload) : null));
				});
		return block;
	}

	/**
	 * Finds a failure.
	 * @param streamId the stream
	 * @param id its id
	 * @return the failure without its payload, or null if this stream has none of that id
	 */
	public @Nullable MaterializeFailure find(long streamId, long id) {
		List<MaterializeFailure> found = this.jdbc.query(FIND, (resultSet, row) -> failure(resultSet, null), streamId,
				id);
		return found.isEmpty() ? null : found.get(0);
	}

	/**
	 * Finds the rows of a table that could not be written.
	 * @param streamId the stream
	 * @param table the table
	 * @return their keys
	 */
	public List<UUID> findFailedRows(long streamId, TableName table) {
		return this.jdbc.query(FAILED_ROWS, (resultSet, row) -> resultSet.getObject(1, UUID.class), streamId,
				table.schema(), table.table());
	}

	/**
	 * Claims a failure for one retry, until the transaction ends.
	 * @param id its id
	 * @return false if it is being retried at this moment
	 */
	public boolean tryClaim(long id) {
		return Boolean.TRUE.equals(this.jdbc.queryForObject(TRY_CLAIM, Boolean.class, id));
	}

	/**
	 * Counts a retry that failed.
	 * @param streamId the stream
	 * @param id its id
	 * @param version the version that was being written
	 * @param error what went wrong
	 */
	public void countRetry(long streamId, long id, long version, String error) {
		this.jdbc.update(COUNT_RETRY, version, error, streamId, id);
	}

	private static MaterializeFailure failure(ResultSet resultSet, @Nullable Payload payload) throws SQLException {
		return new MaterializeFailure(resultSet.getLong("id"), resultSet.getString("user_id"),
				new TableName(resultSet.getString("schema_name"), resultSet.getString("table_name")),
				resultSet.getObject("pk_uuid", UUID.class), resultSet.getLong("attempted_version"),
				Operation.valueOf(resultSet.getString("op")), payload, resultSet.getString("error"),
				resultSet.getObject("first_seen", OffsetDateTime.class).toInstant(), resultSet.getInt("retry_count"));
	}

}

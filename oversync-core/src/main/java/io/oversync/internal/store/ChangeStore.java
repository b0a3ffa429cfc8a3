/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.stream.Application;
import io.oversync.internal.stream.Restore;
import io.oversync.internal.stream.Stream;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.TableName;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The changes of a stream.
 */
public final class ChangeStore {

	// OFFSET 0 keeps the look-up from being turned into a join, which without statistics
	// may scan the whole history; the order leads to the index of applications, which
	// has it for a range only
	private static final String APPLICATIONS = """
			SELECT k.id, c.server_id, c.table_id, c.pk, c.op, c.version
			FROM (SELECT d.source_no FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ? LIMIT 1) d
			CROSS JOIN unnest(?::bigint[]) AS k(id)
			CROSS JOIN LATERAL (
			  SELECT c.server_id, c.table_id, c.pk, c.op, c.version
			  FROM sync.change c
			  WHERE c.stream_id = ? AND c.source_no = d.source_no
			    AND c.source_change_id BETWEEN k.id AND k.id AND c.source_change_id > 0
			  ORDER BY c.source_change_id
			  OFFSET 0) c""";

	private static final String LIVE = """
			SELECT c.server_id, c.pk
			FROM sync.change c
			WHERE c.stream_id = ? AND c.table_id = ? AND c.server_id > ? AND EXISTS (
			  SELECT 1 FROM sync.row_version r
			  WHERE r.stream_id = ? AND r.table_id = c.table_id AND r.pk = c.pk
			    AND r.server_id = c.server_id AND NOT r.deleted)
			ORDER BY c.server_id
			LIMIT ?""";

	private static final String APPEND = """
			INSERT INTO sync.change
			  (stream_id, server_id, table_id, pk, op, version, source_no, source_change_id, payload)
			SELECT ?, k.server_id, k.table_id, k.pk, k.op::"char", k.version, k.source_no, k.source_change_id,
			       k.payload::json
			FROM unnest(?::bigint[], ?::int[], ?::uuid[], ?::text[], ?::bigint[], ?::int[], ?::bigint[], ?::text[])
			  AS k(server_id, table_id, pk, op, version, source_no, source_change_id, payload)""";

	private static final String COPY = """
			INSERT INTO sync.change
			  (stream_id, server_id, table_id, pk, op, version, source_no, source_change_id, payload)
			SELECT c.stream_id, k.server_id, c.table_id, c.pk, 'U', k.version, k.source_no, k.source_change_id, c.payload
			FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::bigint[])
			  AS k(image_server_id, server_id, version, source_no, source_change_id)
			CROSS JOIN LATERAL (
			  SELECT c.stream_id, c.table_id, c.pk, c.payload
			  FROM sync.change c
			  WHERE c.stream_id = ? AND c.server_id = k.image_server_id
			  LIMIT 1) c""";

	private final JdbcTemplate jdbc;

	private final TableIds ids;

	private final PayloadReader payloads;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 * @param ids the ids of the registered tables
	 */
	public ChangeStore(DataSource dataSource, TableIds ids) {
		this.ids = ids;
		this.jdbc = new JdbcTemplate(dataSource);
		this.payloads = new PayloadReader(dataSource);
	}

	/**
	 * Finds the applications of a source's change ids.
	 * @param batch takes the statement, or the last of several
	 * @param streamId the stream
	 * @param sourceId the source
	 * @param sourceChangeIds ids greater than 0, each once
	 * @param sink receives each application with its id, those of one id in any order
	 */
	public void findApplications(StatementBatch batch, long streamId, String sourceId, Collection<Long> sourceChangeIds,
			BiConsumer<Long, Application> sink) {
		batch.addChunks(Chunks.of(sourceChangeIds), (chunk) -> select(batch, streamId, sourceId, chunk, sink));
	}

	private void select(StatementBatch batch, long streamId, String sourceId, List<Long> sourceChangeIds,
			BiConsumer<Long, Application> sink) {
		batch.add(Planning.IN_ORDER, APPLICATIONS,
				(parameters) -> parameters.number(streamId)
					.text(sourceId)
					.longs(sourceChangeIds, (id) -> id)
					.number(streamId),
				(resultSet) -> sink.accept(resultSet.getLong("id"), application(resultSet)));
	}

	private Application application(ResultSet resultSet) throws SQLException {
		TableName table = this.ids.nameOf(resultSet.getInt("table_id"));
		RowKey row = (table != null) ? new RowKey(table, resultSet.getObject("pk", UUID.class)) : null;
		return new Application(resultSet.getLong("server_id"), row, operation(resultSet.getString("op")),
				resultSet.getLong("version"));
	}

	/**
	 * Returns the reader of payloads.
	 * @return on the same database
	 */
	public PayloadReader payloads() {
		return this.payloads;
	}

	/**
	 * Reads all live rows of a table. Scans the history of the user: only for tables that
	 * are not materialised, and only when a row that they may refer to is deleted.
	 * @param streamId the stream
	 * @param table the table
	 * @param sink receives the key and the after-image of each
	 */
	public void readLiveRows(long streamId, TableName table, BiConsumer<UUID, Payload> sink) {
		Map<Long, UUID> rows = new LinkedHashMap<>();
		long after = 0;
		do {
			rows.clear();
			this.jdbc.query(LIVE, (resultSet) -> {
				rows.put(resultSet.getLong(1), resultSet.getObject(2, UUID.class));
			}, streamId, this.ids.idOf(table), after, streamId, Chunks.MAX_ROWS);
			after = rows.keySet().stream().reduce(after, Math::max);
			this.payloads.read(streamId, rows.keySet(), (serverId, payload) -> {
				UUID row = rows.get(serverId);
				if (row != null && payload != null) {
					sink.accept(row, payload);
				}
			});
		}
		while (rows.size() == Chunks.MAX_ROWS);
	}

	/**
	 * Appends entries to a locked stream.
	 * @param batch takes the statement, or the last of several
	 * @param stream the stream with the entries in it
	 * @param entries the entries
	 */
	public void append(StatementBatch batch, Stream stream, List<StreamEntry> entries) {
		batch.addChunks(Chunks.of(entries, ChangeStore::size), (chunk) -> insert(batch, stream, chunk));
	}

	private void insert(StatementBatch batch, Stream stream, List<StreamEntry> entries) {
		batch.add(APPEND,
				(parameters) -> parameters.number(stream.id())
					.longs(entries, StreamEntry::serverId)
					.integers(entries, (entry) -> this.ids.idOf(entry.row()))
					.uuids(entries, (entry) -> entry.row().pk())
					.texts(entries, (entry) -> code(entry.op()))
					.longs(entries, StreamEntry::version)
					.integers(entries, (entry) -> stream.sources().numberOf(entry.origin()))
					.longs(entries, StreamEntry::sourceChangeId)
					.texts(entries, (entry) -> (entry.payload() != null) ? entry.payload().text() : null));
	}

	private static long size(StreamEntry entry) {
		return (entry.payload() != null) ? entry.payload().utf8().length : 0;
	}

	/**
	 * Appends rows to a locked stream once more, with the payloads that they have there.
	 * @param batch takes the statement
	 * @param stream the stream with the restores in it
	 * @param restores the rows
	 */
	public void restore(StatementBatch batch, Stream stream, List<Restore> restores) {
		batch.add(COPY,
				(parameters) -> parameters.longs(restores, Restore::imageServerId)
					.longs(restores, (restore) -> restore.entry().serverId())
					.longs(restores, (restore) -> restore.entry().version())
					.integers(restores, (restore) -> stream.sources().numberOf(restore.entry().origin()))
					.longs(restores, (restore) -> restore.entry().sourceChangeId())
					.number(stream.id()));
	}

	/**
	 * Reads an operation as it is stored.
	 * @param code I, U or D
	 * @return the operation
	 */
	public static Operation operation(String code) {
		return switch (code) {
			case "I" -> Operation.INSERT;
			case "U" -> Operation.UPDATE;
			default -> Operation.DELETE;
		};
	}

	private static String code(Operation operation) {
		return switch (operation) {
			case INSERT -> "I";
			case UPDATE -> "U";
			case DELETE -> "D";
		};
	}

}

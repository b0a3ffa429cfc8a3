/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.stream.Refusal;
import io.oversync.internal.stream.Restore;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.TableName;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The rows that the server restored because it refused their delete (protocol §2.1), each
 * for the device that sent the delete.
 */
public final class RestoreStore {

	// the orders lead to the index of rows, then to that of places; an index has its
	// order for a range only
	private static final String FIND = """
			SELECT k.table_id, k.pk, r.version, r.base_versions, r.referenced_by
			FROM unnest(?::int[], ?::uuid[]) AS k(table_id, pk)
			CROSS JOIN LATERAL (
			  SELECT max(r.server_id) AS server_id
			  FROM (
			    SELECT r.server_id
			    FROM sync.restore r
			    WHERE r.stream_id = ? AND r.source_no = ? AND r.table_id = k.table_id AND r.pk BETWEEN k.pk AND k.pk
			    ORDER BY r.pk
			    OFFSET 0) r) AS latest
			CROSS JOIN LATERAL (
			  SELECT r.version, r.base_versions, r.referenced_by
			  FROM sync.restore r
			  WHERE r.stream_id = ? AND r.source_no = ? AND r.server_id BETWEEN latest.server_id AND latest.server_id
			  ORDER BY r.server_id
			  LIMIT 1) r""";

	private static final String RECORD = """
			INSERT INTO sync.restore
			  (stream_id, source_no, server_id, table_id, pk, version, base_versions, referenced_by)
			SELECT ?, ?, k.server_id, k.table_id, k.pk, k.version, k.base_versions::bigint[], k.referenced_by::text[]
			FROM unnest(?::bigint[], ?::int[], ?::uuid[], ?::bigint[], ?::text[], ?::text[])
			  AS k(server_id, table_id, pk, version, base_versions, referenced_by)""";

	private static final String FORGET = """
			DELETE FROM sync.restore r
			WHERE r.stream_id = ? AND r.source_no = ? AND (r.acknowledged OR r.server_id <= ?) AND NOT EXISTS (
			  SELECT FROM sync.row_version v
			  WHERE v.stream_id = ? AND v.table_id = r.table_id AND v.pk = r.pk
			    AND v.version = r.version AND NOT v.deleted)""";

	private static final String ACKNOWLEDGE = """
			UPDATE sync.restore r SET acknowledged = true
			WHERE r.stream_id = ? AND r.source_no = ? AND r.server_id <= ? AND NOT r.acknowledged""";

	private final JdbcTemplate jdbc;

	private final TableIds ids;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 * @param ids the ids of the registered tables
	 */
	public RestoreStore(DataSource dataSource, TableIds ids) {
		this.ids = ids;
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Finds the latest refusal of each row's deletes by a device.
	 * @param streamId the stream
	 * @param sourceNo the device
	 * @param rows the rows
	 * @return the refusals, of those rows that have one
	 */
	public Map<RowKey, Refusal> find(long streamId, int sourceNo, Collection<RowKey> rows) {
		Map<RowKey, Refusal> refusals = new HashMap<>();
		StatementBatch batch = new StatementBatch(this.jdbc);
		batch.add(Planning.IN_ORDER, FIND,
				(parameters) -> parameters.integers(rows, this.ids::idOf)
					.uuids(rows, RowKey::pk)
					.number(streamId)
					.integer(sourceNo)
					.number(streamId)
					.integer(sourceNo),
				(resultSet) -> {
					TableName table = this.ids.nameOf(resultSet.getInt("table_id"));
					if (table != null) {
						refusals.put(new RowKey(table, resultSet.getObject("pk", UUID.class)), refusal(resultSet));
					}
				});
		batch.execute();
		return refusals;
	}

	private static Refusal refusal(ResultSet resultSet) throws SQLException {
		return new Refusal(new HashSet<>(Arrays.asList(longs(resultSet.getArray("base_versions")))),
				resultSet.getLong("version"), List.of((String[]) resultSet.getArray("referenced_by").getArray()));
	}

	private static Long[] longs(Array array) throws SQLException {
		return (Long[]) array.getArray();
	}

	/**
	 * Records restores for the device whose deletes were refused.
	 * @param batch takes the statement
	 * @param stream the stream with the restores in it, as the device sees it
	 * @param restores the rows
	 */
	public void record(StatementBatch batch, Stream stream, List<Restore> restores) {
		batch.add(RECORD,
				(parameters) -> parameters.number(stream.id())
					.integerOrNull(stream.sources().own())
					.longs(restores, (restore) -> restore.entry().serverId())
					.integers(restores, (restore) -> this.ids.idOf(restore.row()))
					.uuids(restores, (restore) -> restore.row().pk())
					.longs(restores, (restore) -> restore.entry().version())
					.texts(restores, (restore) -> array(restore.refusal().baseVersions()))
					.texts(restores, (restore) -> array(restore.refusal().referencedBy())));
	}

	/** Neither versions nor keys of rows have characters that would need quotes. */
	private static String array(Collection<?> elements) {
		return "{" + String.join(",", elements.stream().map(Object::toString).toList()) + "}";
	}

	/**
	 * Notes that a device has received the stream up to a place: its pages no longer
	 * begin with the restores up to there, and restores of rows that have changed since
	 * are removed.
	 * @param streamId the stream
	 * @param sourceNo the device
	 * @param serverId the last change that it received
	 */
	public void acknowledge(long streamId, int sourceNo, long serverId) {
		this.jdbc.update(FORGET, streamId, sourceNo, serverId, streamId);
		this.jdbc.update(ACKNOWLEDGE, streamId, sourceNo, serverId);
	}

}

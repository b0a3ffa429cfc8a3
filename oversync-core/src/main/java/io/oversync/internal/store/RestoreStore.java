/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

import javax.sql.DataSource;

import io.oversync.internal.store.RowVersionStore.Address;
import io.oversync.internal.store.StatementBatch.Planning;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The rows that the server restored because it refused their delete (protocol §2.1), each
 * for the device that wanted to delete it.
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

	private static final String APPEND = """
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

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public RestoreStore(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Finds the latest restore of each row that was made for a device.
	 * @param streamId the stream
	 * @param sourceNo the device
	 * @param rows the rows
	 * @param sink receives what was found
	 */
	public void find(long streamId, int sourceNo, Collection<Address> rows, BiConsumer<Address, EarlierRestore> sink) {
		StatementBatch batch = new StatementBatch(this.jdbc);
		batch.add(Planning.IN_ORDER, FIND,
				(parameters) -> parameters.integers(rows, Address::tableId)
					.uuids(rows, Address::pk)
					.number(streamId)
					.integer(sourceNo)
					.number(streamId)
					.integer(sourceNo),
				(resultSet) -> sink.accept(
						new Address(resultSet.getInt("table_id"), resultSet.getObject("pk", UUID.class)),
						new EarlierRestore(resultSet.getLong("version"),
								new HashSet<>(Arrays.asList(longs(resultSet.getArray("base_versions")))),
								List.of((String[]) resultSet.getArray("referenced_by").getArray()))));
		batch.execute();
	}

	private static Long[] longs(Array array) throws SQLException {
		return (Long[]) array.getArray();
	}

	/**
	 * Appends rows to a locked stream once more, with the payloads that they have there.
	 * @param batch takes the statements
	 * @param streamId the stream
	 * @param restores the rows
	 * @param forSource the device whose deletes were refused
	 */
	public void append(StatementBatch batch, long streamId, List<StoredRestore> restores, int forSource) {
		batch.add(APPEND,
				(parameters) -> parameters.longs(restores, StoredRestore::imageServerId)
					.longs(restores, (restore) -> restore.change().serverId())
					.longs(restores, (restore) -> restore.change().version())
					.integers(restores, (restore) -> restore.change().sourceNo())
					.longs(restores, (restore) -> restore.change().sourceChangeId())
					.number(streamId));
		batch.add(RECORD,
				(parameters) -> parameters.number(streamId)
					.integer(forSource)
					.longs(restores, (restore) -> restore.change().serverId())
					.integers(restores, (restore) -> restore.change().tableId())
					.uuids(restores, (restore) -> restore.change().pk())
					.longs(restores, (restore) -> restore.change().version())
					.texts(restores, (restore) -> array(restore.baseVersions()))
					.texts(restores, (restore) -> array(restore.referencedBy())));
	}

	/** Neither versions nor keys of rows have characters that would need quotes. */
	private static String array(Collection<?> elements) {
		return "{" + String.join(",", elements.stream().map(Object::toString).toList()) + "}";
	}

	/**
	 * Notes that a device has received the stream up to a place: its pages need no longer
	 * begin with the restores up to there, and those of rows that have changed since are
	 * forgotten.
	 * @param streamId the stream
	 * @param sourceNo the device
	 * @param serverId the last change that it received
	 */
	public void acknowledge(long streamId, int sourceNo, long serverId) {
		this.jdbc.update(FORGET, streamId, sourceNo, serverId, streamId);
		this.jdbc.update(ACKNOWLEDGE, streamId, sourceNo, serverId);
	}

	/**
	 * A restore that was made for a device before.
	 *
	 * @param version the version that it produced
	 * @param baseVersions the versions that the refused deletes expected
	 * @param referencedBy {@code schema.table:key} of rows that referred to the row
	 */
	public record EarlierRestore(long version, Set<Long> baseVersions, List<String> referencedBy) {
	}

	/**
	 * A restore to be appended.
	 *
	 * @param change its change, without the payload
	 * @param imageServerId the change that holds the row's after-image
	 * @param baseVersions the versions that the refused deletes expected
	 * @param referencedBy {@code schema.table:key} of rows that refer to the row
	 */
	public record StoredRestore(StoredChange change, long imageServerId, Set<Long> baseVersions,
			List<String> referencedBy) {
	}

}

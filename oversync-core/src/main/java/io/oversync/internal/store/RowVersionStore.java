/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.oversync.internal.store.StatementBatch.Planning;
import org.jspecify.annotations.Nullable;

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

	/**
	 * Loads the versions of rows.
	 * @param <K> what names a row
	 * @param batch takes the statement, or the last of several
	 * @param streamId the stream
	 * @param rows names of rows
	 * @param address where a named row is
	 * @param sink receives each row that is known
	 */
	public <K> void load(StatementBatch batch, long streamId, List<K> rows, Function<K, Address> address,
			BiConsumer<K, RowVersion> sink) {
		batch.addChunks(Chunks.of(rows), (chunk) -> select(batch, streamId, chunk, address, sink));
	}

	private static <K> void select(StatementBatch batch, long streamId, List<K> rows, Function<K, Address> address,
			BiConsumer<K, RowVersion> sink) {
		List<Address> addresses = rows.stream().map(address).toList();
		batch.add(Planning.IN_ORDER, LOAD,
				(parameters) -> parameters.integers(addresses, Address::tableId)
					.uuids(addresses, Address::pk)
					.number(streamId),
				(resultSet) -> {
					int index = resultSet.getInt("ord") - 1;
					sink.accept(rows.get(index),
							new RowVersion(addresses.get(index), resultSet.getLong("version"),
									resultSet.getLong("server_id"), resultSet.getObject("image_server_id", Long.class),
									resultSet.getBoolean("deleted")));
				});
	}

	/**
	 * Saves the versions of rows of a locked stream.
	 * @param batch takes the statement, or the last of several
	 * @param streamId the stream
	 * @param rows the rows, each once
	 */
	public void save(StatementBatch batch, long streamId, List<RowVersion> rows) {
		batch.addChunks(Chunks.of(rows), (chunk) -> insert(batch, streamId, chunk));
	}

	private static void insert(StatementBatch batch, long streamId, List<RowVersion> rows) {
		batch.add(SAVE,
				(parameters) -> parameters.number(streamId)
					.integers(rows, (row) -> row.address().tableId())
					.uuids(rows, (row) -> row.address().pk())
					.longs(rows, RowVersion::version)
					.longs(rows, RowVersion::serverId)
					.longs(rows, (row) -> (row.imageServerId() != null) ? row.imageServerId() : 0)
					.booleans(rows, RowVersion::deleted));
	}

	/**
	 * Where a row is.
	 *
	 * @param tableId the table
	 * @param pk the key
	 */
	public record Address(int tableId, UUID pk) implements Comparable<Address> {

		@Override
		public int compareTo(Address other) {
			int byTable = Integer.compare(this.tableId, other.tableId);
			return (byTable != 0) ? byTable : this.pk.compareTo(other.pk);
		}

	}

	/**
	 * The version of a row.
	 *
	 * @param address the row
	 * @param version its version
	 * @param serverId the change that made it
	 * @param imageServerId of a tombstone: the change that holds the last after-image
	 * @param deleted whether it is a tombstone
	 */
	public record RowVersion(Address address, long version, long serverId, @Nullable Long imageServerId,
			boolean deleted) {

		/**
		 * Returns the change that holds the last after-image.
		 * @return its server_id, 0 when it is not known
		 */
		public long lastImage() {
			if (!this.deleted) {
				return this.serverId;
			}
			return (this.imageServerId != null) ? this.imageServerId : 0;
		}

	}

}

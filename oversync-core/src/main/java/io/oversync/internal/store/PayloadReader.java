/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads payloads in blocks of a few megabytes: memory holds one block, however many and
 * large the payloads are. Small ones take one statement.
 */
public final class PayloadReader {

	/** Of one block; a larger payload is a block of its own. */
	static final int BLOCK_BYTES = 4 * 1024 * 1024;

	// What is stored may be compressed, and says how large it is only once it has been
	// read: as many as are a block
	// when compressed are measured, and as many as are a block then are sent.
	private static final String BLOCK = """
			SELECT b.server_id, b.payload
			FROM (
			  SELECT a.server_id, a.payload, row_number() OVER w AS place,
			         sum(coalesce(octet_length(a.payload::text), 0)) OVER w AS bytes
			  FROM (
			    SELECT k.server_id, c.payload, row_number() OVER w AS place,
			           sum(coalesce(pg_column_size(c.payload), 0)) OVER w AS bytes
			    FROM unnest(?::bigint[]) AS k(server_id)
			    CROSS JOIN LATERAL (
			      SELECT c.payload FROM sync.change c WHERE c.stream_id = ? AND c.server_id = k.server_id LIMIT 1) c
			    WINDOW w AS (ROWS UNBOUNDED PRECEDING)) a
			  WHERE a.place = 1 OR a.bytes <= ?
			  WINDOW w AS (ROWS UNBOUNDED PRECEDING)) b
			WHERE b.place = 1 OR b.bytes <= ?""";

	// a compressed payload is smaller than its text, any other one is not: most are told
	// apart without being read
	private static final String DIGESTS = """
			SELECT k.server_id, encode(sha256(convert_to(c.payload::text, 'UTF8')), 'hex')
			FROM unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS k(server_id, shortest, longest)
			CROSS JOIN LATERAL (
			  SELECT c.payload FROM sync.change c
			  WHERE c.stream_id = ? AND c.server_id = k.server_id
			    AND pg_column_size(c.payload) <= k.longest + 8
			    AND (pg_column_compression(c.payload) IS NOT NULL OR pg_column_size(c.payload) >= k.shortest)
			  LIMIT 1) c
			WHERE octet_length(c.payload::text) BETWEEN k.shortest AND k.longest""";

	private final JdbcTemplate jdbc;

	/**
	 * Creates the reader.
	 * @param dataSource the application's database
	 */
	public PayloadReader(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Reads payloads.
	 * @param streamId the stream
	 * @param serverIds the changes
	 * @param sink receives each change that exists
	 */
	public void read(long streamId, Collection<Long> serverIds, Sink sink) {
		read(streamId, serverIds, Long.MAX_VALUE, sink);
	}

	/**
	 * Reads payloads up to a number of bytes.
	 * @param streamId the stream
	 * @param serverIds the changes
	 * @param mostBytes the number of bytes after which to stop, give or take a block
	 * @param sink receives each change that exists
	 * @return the changes that were not read
	 */
	public Set<Long> read(long streamId, Collection<Long> serverIds, long mostBytes, Sink sink) {
		Blocks blocks = blocks(streamId, serverIds);
		long bytes = 0;
		while (!blocks.isDone() && bytes < mostBytes) {
			for (Map.Entry<Long, @Nullable Payload> change : blocks.next().entrySet()) {
				bytes += (change.getValue() != null) ? change.getValue().utf8().length : 0;
				sink.accept(change.getKey(), change.getValue());
			}
		}
		return blocks.left;
	}

	/**
	 * Starts to read payloads block by block.
	 * @param streamId the stream
	 * @param serverIds the changes
	 * @return their payloads
	 */
	public Blocks blocks(long streamId, Collection<Long> serverIds) {
		return new Blocks(streamId, serverIds);
	}

	/**
	 * Reads as many payloads as fit into memory.
	 * @param streamId the stream
	 * @param serverIds the changes, few enough for one statement
	 * @return the first of them that exist, at least one if any does; null for a DELETE
	 */
	public Map<Long, @Nullable Payload> readBlock(long streamId, Collection<Long> serverIds) {
		Map<Long, @Nullable Payload> block = new LinkedHashMap<>();
		this.jdbc.query(BLOCK,
				Parameters.of((values) -> values.longs(serverIds, (id) -> id)
					.number(streamId)
					.number(BLOCK_BYTES)
					.number(BLOCK_BYTES)),
				(resultSet) -> {
					byte[] utf8 = resultSet.getBytes(2);
					block.put(resultSet.getLong(1), (utf8 != null) ? new Payload(Payload.Kind.OBJECT, utf8) : null);
				});
		return block;
	}

	/**
	 * Lets the database digest payloads without sending them.
	 * @param streamId the stream
	 * @param lengths the changes, with the lengths in bytes that the text must have
	 * @param sink receives the SHA-256, in hexadecimal digits, of each text that has such
	 * a length
	 */
	public void digest(long streamId, Map<Long, Lengths> lengths, DigestSink sink) {
		for (List<Map.Entry<Long, Lengths>> chunk : Chunks.of(lengths.entrySet())) {
			this.jdbc.query(DIGESTS,
					Parameters.of((values) -> values.longs(chunk, Map.Entry::getKey)
						.longs(chunk, (entry) -> (long) entry.getValue().shortest())
						.longs(chunk, (entry) -> (long) entry.getValue().longest())
						.number(streamId)),
					(resultSet) -> {
						sink.accept(resultSet.getLong(1), resultSet.getString(2));
					});
		}
	}

	/** Payloads that are read block by block. */
	public final class Blocks {

		private final long streamId;

		private final Set<Long> left;

		private final BlockSize size = new BlockSize();

		private Blocks(long streamId, Collection<Long> serverIds) {
			this.streamId = streamId;
			this.left = new LinkedHashSet<>(serverIds);
		}

		/**
		 * Returns whether all payloads were read.
		 * @return whether no change is left
		 */
		public boolean isDone() {
			return this.left.isEmpty();
		}

		/**
		 * Reads the next block.
		 * @return payloads by their changes, null for a DELETE; without those that do not
		 * exist
		 */
		public Map<Long, @Nullable Payload> next() {
			List<Long> next = this.left.stream().limit(this.size.rows()).toList();
			Map<Long, @Nullable Payload> block = readBlock(this.streamId, next);
			// without any, none of them exists
			next.stream().filter((id) -> block.isEmpty() || block.containsKey(id)).forEach(this.left::remove);
			this.size.took(next.size(), block.isEmpty() ? next.size() : block.size());
			return block;
		}

	}

	/** Receives payloads. */
	@FunctionalInterface
	public interface Sink {

		/**
		 * Receives a payload.
		 * @param serverId the change
		 * @param payload its payload, null for a DELETE
		 */
		void accept(long serverId, @Nullable Payload payload);

	}

	/** Receives digests of payloads. */
	@FunctionalInterface
	public interface DigestSink {

		/**
		 * Receives a digest.
		 * @param serverId the change
		 * @param sha256 of its payload's text
		 */
		void accept(long serverId, String sha256);

	}

	/**
	 * Lengths of texts in bytes.
	 *
	 * @param shortest the least
	 * @param longest the most
	 */
	public record Lengths(int shortest, int longest) {

		/**
		 * Adds a length.
		 * @param length the length
		 * @return with that length
		 */
		public Lengths with(int length) {
			return new Lengths(Math.min(this.shortest, length), Math.max(this.longest, length));
		}

	}

}

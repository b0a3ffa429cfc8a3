/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongFunction;

import javax.sql.DataSource;

import io.oversync.protocol.ChecksumRequest;
import io.oversync.protocol.Checksums;
import io.oversync.protocol.Deadline;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Adds up the live rows of a stream, with its head: one query, and so of one moment.
 */
public final class ChecksumStore {

	private static final UUID FIRST = new UUID(0, 0);

	private static final UUID LAST = new UUID(-1, -1);

	private static final String STREAM = """
			FROM sync.stream s
			CROSS JOIN unnest(?::int[]) AS t(table_id)
			%s
			WHERE s.stream_id = ? AND s.user_id = ?""";

	private static final String ROWS = """
			FROM sync.row_version r
			WHERE r.stream_id = ? AND r.table_id = t.table_id AND r.pk BETWEEN ? AND ? AND NOT r.deleted""";

	// as Checksums.digest has it; sum(bigint) is numeric, of which the lowest 64 bits
	// count
	private static final KeyedQueries SUMS = KeyedQueries.of("""
			SELECT s.head_server_id, t.table_id, d.rows, d.digest
			""" + STREAM.formatted(
			"""
					CROSS JOIN LATERAL (
					  SELECT count(*) AS rows,
					         COALESCE(sum(('x' || left(encode(sha256(convert_to(r.pk::text || ':' || r.version, 'UTF8')), 'hex'),
					                                   16))::bit(64)::bigint), 0) AS digest
					"""
					+ ROWS + ") d"));

	private static final KeyedQueries ENTRIES = KeyedQueries.of("""
			SELECT s.head_server_id, t.table_id, d.pk, d.version, d.server_id
			""" + STREAM.formatted("""
			LEFT JOIN LATERAL (
			  SELECT r.pk, r.version, r.server_id
			""" + ROWS + "\n  ORDER BY r.pk\n  LIMIT ?) d ON true"));

	private final JdbcTemplate jdbc;

	private final StreamStore streams;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 * @param streams finds streams
	 */
	public ChecksumStore(DataSource dataSource, StreamStore streams) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.streams = streams;
	}

	/**
	 * Adds up rows.
	 * @param userId the user
	 * @param request the range of keys
	 * @param tables ids of the tables
	 * @param deadline when it must be done
	 * @return the sums, without one for a table without rows of a user without a stream
	 */
	public Found sums(String userId, ChecksumRequest request, List<Integer> tables, Deadline deadline) {
		return find(userId, (streamId) -> {
			Found found = new Found();
			SUMS.execute(this.jdbc, deadline, (parameters) -> bind(parameters, streamId, userId, request, tables, 0),
					(resultSet) -> {
						found.head = resultSet.getLong(1);
						BigDecimal digest = resultSet.getBigDecimal(4);
						found.sums.put(resultSet.getInt(2),
								new Sum(resultSet.getLong(3), digest.toBigInteger().longValue(), null));
					});
			return found;
		});
	}

	/**
	 * Lists rows.
	 * @param userId the user
	 * @param request the range of keys
	 * @param tables ids of the tables
	 * @param most the most rows of a table
	 * @param deadline when it must be done
	 * @return the rows, with their sums
	 */
	public Found entries(String userId, ChecksumRequest request, List<Integer> tables, int most, Deadline deadline) {
		return find(userId, (streamId) -> {
			Found found = new Found();
			Map<Integer, List<Checksums.Entry>> rows = new LinkedHashMap<>();
			ENTRIES.execute(this.jdbc, deadline,
					(parameters) -> bind(parameters, streamId, userId, request, tables, most), (resultSet) -> {
						found.head = resultSet.getLong(1);
						List<Checksums.Entry> entries = rows.computeIfAbsent(resultSet.getInt(2),
								(table) -> new ArrayList<>());
						UUID pk = resultSet.getObject(3, UUID.class);
						if (pk != null) {
							entries.add(new Checksums.Entry(pk, resultSet.getLong(4), resultSet.getLong(5)));
						}
					});
			rows.forEach((table, entries) -> found.sums.put(table, new Sum(entries.size(),
					entries.stream().mapToLong((row) -> Checksums.digest(row.pk(), row.version())).sum(), entries)));
			return found;
		});
	}

	private Found find(String userId, LongFunction<Found> query) {
		Found likely = query.apply(this.streams.likelyId(userId));
		if (!likely.sums.isEmpty()) {
			return likely;
		}
		Long other = this.streams.findId(userId);
		return (other != null) ? query.apply(other) : likely;
	}

	private static void bind(Parameters parameters, long streamId, String userId, ChecksumRequest request,
			List<Integer> tables, int most) throws SQLException {
		parameters.integers(tables, (table) -> table)
			.number(streamId)
			.uuid((request.from() != null) ? request.from() : FIRST)
			.uuid((request.to() != null) ? request.to() : LAST);
		if (most > 0) {
			parameters.integer(most);
		}
		parameters.number(streamId).text(userId);
	}

	/** What was found, at one moment. */
	public static final class Found {

		private final Map<Integer, Sum> sums = new LinkedHashMap<>();

		private long head;

		/**
		 * Returns the head.
		 * @return 0 for a user without a stream
		 */
		public long head() {
			return this.head;
		}

		/**
		 * Returns the sum of a table.
		 * @param table its id
		 * @return the sum, that of no rows for a user without a stream
		 */
		public Sum sum(int table) {
			return this.sums.getOrDefault(table, new Sum(0, 0, List.of()));
		}

	}

	/**
	 * The rows of a table.
	 *
	 * @param rows their number
	 * @param digest the sum of their digests
	 * @param entries the rows, if they were listed
	 */
	public record Sum(long rows, long digest, @Nullable List<Checksums.Entry> entries) {
	}

}

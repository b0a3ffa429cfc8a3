/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.protocol.TableName;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Numbers about all users. Each query reads a bounded number of rows, whatever the size
 * of the database.
 */
public final class StatisticsStore {

	/** Greater numbers are estimates, or are counted up to here. */
	public static final int MOST_COUNTED = 100_000;

	/** Devices whose lag is read. */
	private static final int SAMPLE = 5_000;

	private static final String STREAMS = """
			SELECT CASE WHEN c.reltuples > ? THEN c.reltuples::bigint
			  ELSE (SELECT count(*) FROM (SELECT 1 FROM sync.stream s LIMIT ?) n) END
			FROM pg_class c WHERE c.oid = 'sync.stream'::regclass""";

	private static final String FAILURES = """
			SELECT f.schema_name, f.table_name, count(*)
			FROM (SELECT schema_name, table_name FROM sync.materialize_failures LIMIT ?) f
			GROUP BY f.schema_name, f.table_name ORDER BY f.schema_name, f.table_name""";

	private static final String WAITING = """
			SELECT coalesce(sum(cardinality(q.pks)), 0), coalesce(min(q.capture_id), 0), coalesce(max(q.capture_id), 0)
			FROM (SELECT pks, capture_id FROM sync.captured_row LIMIT ?) q""";

	/** A sample of blocks: the whole table as long as it is small. */
	private static final String LAGS = """
			SELECT greatest(0, s.head_server_id - d.acknowledged)
			FROM (SELECT n.stream_id, n.acknowledged FROM sync.device AS n TABLESAMPLE SYSTEM (
			    (SELECT CASE WHEN c.reltuples > ? THEN 100.0 * ? / c.reltuples ELSE 100 END
			     FROM pg_class c WHERE c.oid = 'sync.device'::regclass))
			  WHERE n.revoked_at IS NULL AND n.last_seen_at > now() - interval '1 day'
			  LIMIT ?) d
			JOIN sync.stream s ON s.stream_id = d.stream_id""";

	private final JdbcTemplate jdbc;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public StatisticsStore(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Counts the streams.
	 * @return their number, an estimate above {@value #MOST_COUNTED}
	 */
	public long countStreams() {
		Long count = this.jdbc.queryForObject(STREAMS, Long.class, MOST_COUNTED, MOST_COUNTED);
		return (count != null) ? count : 0;
	}

	/**
	 * Counts the recorded failures.
	 * @return their number by table, without tables that have none
	 */
	public Map<TableName, Long> countFailures() {
		Map<TableName, Long> failures = new LinkedHashMap<>();
		this.jdbc.query(FAILURES, (row) -> {
			failures.put(new TableName(row.getString(1), row.getString(2)), row.getLong(3));
		}, MOST_COUNTED);
		return failures;
	}

	/**
	 * Reads what waits to be absorbed.
	 * @return the number of rows and the range of their numbers
	 */
	public Waiting waiting() {
		return this.jdbc
			.query(WAITING, (row, number) -> new Waiting(row.getLong(1), row.getLong(2), row.getLong(3)), MOST_COUNTED)
			.get(0);
	}

	/**
	 * Reads the lags of devices that were seen within the last day.
	 * @return of a sample of some thousands
	 */
	public List<Long> sampleLags() {
		return this.jdbc.queryForList(LAGS, Long.class, SAMPLE, SAMPLE, SAMPLE);
	}

	/**
	 * What waits to be absorbed.
	 *
	 * @param rows the number of rows
	 * @param first the first number in the queue
	 * @param last the last number in the queue, 0 for an empty one
	 */
	public record Waiting(long rows, long first, long last) {
	}

}

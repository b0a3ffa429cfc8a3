/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A database after the uploads of many users over a long time, typed rows included, but
 * written by SQL in a few minutes.
 *
 * @param users the number of users, whose names are those of {@link #user}
 * @param changes the number of changes of each user, all by one device
 */
record FleetHistory(int users, int changes) {

	/** Of a user whose history is complete. */
	private static final int CHANGES = 1_000;

	private static final String PREFIX = "fleet-";

	/** A prime. */
	private static final long STRIDE = 7_919;

	// sorting for the indexes needs memory; the log would be cut every few seconds
	private static final List<String> BEFORE = List.of("alter system set max_wal_size = '4GB'",
			"alter system set autovacuum = off", "select pg_reload_conf()", "set synchronous_commit = off",
			"set maintenance_work_mem = '512MB'");

	private static final List<String> AFTER = List.of("vacuum (analyze)", "alter system reset all",
			"select pg_reload_conf()", "checkpoint");

	private static final String STREAMS = """
			insert into sync.stream (stream_id, user_id, head_server_id, head_source_no, source_count)
			select ('x' || left(encode(sha256(convert_to(user_id, 'UTF8')), 'hex'), 16))::bit(64)::bigint, user_id,
			       changes, case when changes > 0 then 1 end, 1
			from (select ? || n as user_id, ?::bigint as changes from generate_series(1, ?) n) u""";

	private static final String SOURCES = """
			insert into sync.source (stream_id, source_no, source_id) select s.stream_id, 1, ? from sync.stream s""";

	// one change of every user, as if all were equally busy all the time
	private static final String CHANGE = """
			insert into sync.change (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk, payload)
			select s.stream_id, i, 1, i, 1, t.table_id, 'I', k.pk,
			       json_build_object('id', k.pk, 'name', 'name of ' || i, 'amount', i, 'price', i / 100.0,
			         'active', i % 2 = 0, 'created_at', '2026-01-01T00:00:00Z',
			         'body', 'some words, as notes of people have them')
			from sync.stream s
			join sync.synced_table t on t.schema_name = 'bench' and t.table_name = 'typed'
			cross join (select ?::bigint as i) c
			cross join lateral (select md5(s.user_id || '/' || i)::uuid as pk) k""";

	private static final String ROW_VERSION = """
			insert into sync.row_version (stream_id, table_id, pk, version, server_id, deleted)
			select s.stream_id, t.table_id, md5(s.user_id || '/' || i)::uuid, 1, i, false
			from sync.stream s
			join sync.synced_table t on t.schema_name = 'bench' and t.table_name = 'typed'
			cross join (select ?::bigint as i) c""";

	private static final String ROW = """
			insert into bench.typed (id, owner_id, name, amount, price, active, created_at, body)
			select md5(s.user_id || '/' || i)::uuid, s.user_id, 'name of ' || i, i, i / 100.0, i % 2 = 0,
			       '2026-01-01T00:00:00Z', 'some words, as notes of people have them'
			from sync.stream s
			cross join (select ?::bigint as i) c""";

	private static final String INDEXES = """
			select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as drop,
			       format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname,
			         pg_get_constraintdef(c.oid)) as make
			from pg_constraint c
			where c.contype = 'p' and c.conrelid = any ('{sync.change,sync.row_version,bench.typed}'::regclass[])
			union all
			select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
			from pg_index i
			where i.indrelid = any ('{sync.change,sync.row_version,bench.typed}'::regclass[])
			  and not exists (select from pg_constraint c where c.conindid = i.indexrelid)""";

	/** Spreads the changes over users. */
	static FleetHistory of(int changes) {
		return new FleetHistory(Math.max(1, changes / CHANGES), Math.min(changes, CHANGES));
	}

	/** The same users without changes. */
	FleetHistory newcomers() {
		return new FleetHistory(this.users, 0);
	}

	/**
	 * Returns the name of a user. Users of successive numbers are not neighbours in the
	 * database.
	 * @param number from 0
	 */
	String user(int number) {
		return PREFIX + (1 + STRIDE * number % this.users);
	}

	/**
	 * Deletes all users with their uploads. Each table is locked alone: the server's own
	 * work reads several of them in an order of its own, and would meet a statement that
	 * locks them all in a deadlock.
	 */
	static void reset(TestBed bed) throws SQLException {
		bed.execute("truncate sync.stream", "truncate sync.source", "truncate sync.change", "truncate sync.row_version",
				"truncate bench.typed");
	}

	/** Deletes the uploads of new users. */
	static void forget(TestBed bed) throws SQLException {
		bed.execute("truncate sync.change", "truncate sync.row_version", "truncate bench.typed",
				"update sync.stream set head_server_id = 0, head_source_no = null where head_server_id > 0",
				"vacuum sync.stream");
	}

	/**
	 * Writes the fleet into a database without users; the indexes are created after the
	 * rows.
	 */
	void write(TestBed bed) throws SQLException {
		try (Connection connection = bed.jdbc()) {
			JdbcTemplate session = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			BEFORE.forEach(session::execute);
			session.update(STREAMS, PREFIX, this.changes, this.users);
			session.update(SOURCES, WrittenHistory.DEVICE);
			List<Map<String, Object>> indexes = session.queryForList(INDEXES);
			indexes.forEach((index) -> session.execute(String.valueOf(index.get("drop"))));
			for (int change = 1; change <= this.changes; change++) {
				for (String sql : List.of(CHANGE, ROW_VERSION, ROW)) {
					session.update(sql, change);
				}
			}
			indexes.forEach((index) -> session.execute(String.valueOf(index.get("make"))));
			AFTER.forEach(session::execute);
		}
	}

}

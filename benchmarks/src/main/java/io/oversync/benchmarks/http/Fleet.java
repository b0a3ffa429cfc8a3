/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Many users who have been at work for a long time: a database that uploads would have
 * left, typed rows included, but written by SQL in a few minutes.
 *
 * @param users how many; their names are those of {@link #user}
 * @param changes of each, all by one device
 */
record Fleet(int users, int changes) {

	/** Of a user whose history is complete. */
	private static final int CHANGES = 1_000;

	private static final String PREFIX = "fleet-";

	/** A prime. */
	private static final long STRIDE = 7_919;

	private static final List<String> TABLES = List.of("sync.change", "sync.row_version", "bench.typed");

	// sorting for the indexes needs memory; the log would be cut every few seconds
	private static final List<String> BEFORE = List.of("alter system set max_wal_size = '4GB'",
			"alter system set autovacuum = off", "select pg_reload_conf()", "set synchronous_commit = off",
			"set maintenance_work_mem = '512MB'");

	private static final List<String> AFTER = List.of("vacuum (analyze)", "alter system reset all",
			"select pg_reload_conf()", "checkpoint");

	private static final List<String> FORGET = List.of("truncate sync.change, sync.row_version, bench.typed",
			"update sync.stream set head_server_id = 0, head_source_no = null where head_server_id > 0",
			"vacuum sync.stream");

	private static final List<String> RESET = List
		.of("truncate sync.stream, sync.source, sync.change, sync.row_version, bench.typed");

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
			where c.contype = 'p' and c.conrelid = any (?::text[]::regclass[])
			union all
			select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
			from pg_index i
			where i.indrelid = any (?::text[]::regclass[])
			  and not exists (select from pg_constraint c where c.conindid = i.indexrelid)""";

	/** Spreads the changes over users. */
	static Fleet of(int changes) {
		return new Fleet(Math.max(1, changes / CHANGES), Math.min(changes, CHANGES));
	}

	/** The same users, who have signed in but changed nothing. */
	Fleet newcomers() {
		return new Fleet(this.users, 0);
	}

	/**
	 * Names a user; those of successive numbers are not neighbours in the database.
	 * @param number from 0
	 */
	String user(int number) {
		return PREFIX + (1 + STRIDE * number % this.users);
	}

	/** Takes away all users and what they have uploaded. */
	static void reset(Stage stage) throws SQLException {
		try (Connection connection = stage.jdbc()) {
			execute(connection, RESET);
		}
	}

	/** Takes away what newcomers have uploaded. */
	static void forget(Stage stage) throws SQLException {
		try (Connection connection = stage.jdbc()) {
			execute(connection, FORGET);
		}
	}

	/** Writes the fleet into a database without users. */
	void write(Stage stage) throws SQLException {
		try (Connection connection = stage.jdbc()) {
			execute(connection, BEFORE);
			Sql.execute(connection, STREAMS, PREFIX, this.changes, this.users);
			Sql.execute(connection, SOURCES, History.DEVICE);
			List<Index> indexes = indexes(connection);
			for (Index index : indexes) {
				Sql.execute(connection, index.drop());
			}
			for (int change = 1; change <= this.changes; change++) {
				for (String sql : List.of(CHANGE, ROW_VERSION, ROW)) {
					Sql.execute(connection, sql, change);
				}
			}
			for (Index index : indexes) {
				Sql.execute(connection, index.make());
			}
			execute(connection, AFTER);
		}
	}

	private static void execute(Connection connection, List<String> statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	private static List<Index> indexes(Connection connection) throws SQLException {
		List<Index> indexes = new ArrayList<>();
		try (var statement = connection.prepareStatement(INDEXES)) {
			for (int parameter = 1; parameter <= 2; parameter++) {
				statement.setArray(parameter, connection.createArrayOf("text", TABLES.toArray()));
			}
			try (ResultSet resultSet = statement.executeQuery()) {
				while (resultSet.next()) {
					indexes.add(new Index(resultSet.getString("drop"), resultSet.getString("make")));
				}
			}
		}
		return indexes;
	}

	/**
	 * An index that is made when the rows are there.
	 *
	 * @param drop drops it
	 * @param make makes it again
	 */
	private record Index(String drop, String make) {
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the rows that uploads of a device {@value #DEVICE} would have left: one insert
 * for each of the rows of {@code bench.plain}, by SQL, which takes seconds for a million.
 */
final class WrittenHistory {

	static final String DEVICE = "phone";

	private static final String STREAMS = """
			insert into sync.stream (stream_id, user_id, head_server_id, source_count)
			select ('x' || left(encode(sha256(convert_to(user_id, 'UTF8')), 'hex'), 16))::bit(64)::bigint, user_id, ?, 1
			from (select ? || n as user_id from generate_series(1, ?) n) u""";

	private static final String SOURCES = """
			insert into sync.source (stream_id, source_no, source_id)
			select s.stream_id, 1, ? from sync.stream s
			where s.head_server_id > 0 and s.head_source_no is null""";

	// each user's changes in order, interleaved with those of equally busy users
	private static final String CHANGES = """
			insert into sync.change (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk, payload)
			select s.stream_id, i, 1, i, 1, t.table_id, 'I', k.pk,
			       json_build_object('id', k.pk, 'name', 'name of ' || i, 'amount', i, 'price', i / 100.0,
			         'active', i % 2 = 0, 'created_at', '2026-01-01T00:00:00Z',
			         'body', 'some words, as notes of people have them')
			from sync.stream s
			join sync.synced_table t on t.schema_name = 'bench' and t.table_name = 'plain'
			cross join lateral generate_series(1, s.head_server_id) i
			cross join lateral (select md5(s.user_id || '/' || i)::uuid as pk) k
			where s.head_source_no is null
			order by (i - random()) / s.head_server_id""";

	private static final String ROWS = """
			insert into sync.row_version (stream_id, table_id, pk, version, server_id, deleted)
			select c.stream_id, c.table_id, c.pk, 1, c.server_id, false
			from sync.change c
			join sync.stream s on s.stream_id = c.stream_id
			where s.head_source_no is null""";

	private static final String HEADS = """
			update sync.stream set head_source_no = 1
			where head_server_id > 0 and head_source_no is null""";

	private final List<Users> users = new ArrayList<>();

	/**
	 * Adds users.
	 * @param prefix of their names, followed by a number from 1
	 * @param count the number of users
	 * @param changes the changes of each
	 */
	WrittenHistory add(String prefix, int count, int changes) {
		this.users.add(new Users(prefix, count, changes));
		return this;
	}

	/** Writes the changes of the users, mixed, behind all that were written before. */
	void write(TestBed bed) throws SQLException {
		try (Connection connection = bed.jdbc()) {
			connection.setAutoCommit(false);
			for (Users some : this.users) {
				TestBed.execute(connection, STREAMS, some.changes(), some.prefix(), some.count());
			}
			TestBed.execute(connection, SOURCES, DEVICE);
			TestBed.execute(connection, CHANGES);
			TestBed.execute(connection, ROWS);
			TestBed.execute(connection, HEADS);
			connection.commit();
		}
	}

	private record Users(String prefix, int count, int changes) {
	}

}

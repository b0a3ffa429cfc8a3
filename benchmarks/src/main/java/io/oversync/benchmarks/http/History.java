package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Writes what uploads of a device {@value #DEVICE} would have left behind: one insert for
 * each of the rows of {@code bench.plain}, by SQL, which takes seconds for a million.
 */
final class History {

	static final String DEVICE = "phone";

	private static final String STREAMS = """
			insert into sync.stream (user_id, head_server_id)
			select ? || n, ? from generate_series(1, ?) n""";

	private static final String SOURCES = """
			insert into sync.source (stream_id, source_id)
			select s.stream_id, ? from sync.stream s
			where s.head_server_id > 0 and s.head_source_no is null""";

	// each user's changes in their order, among those of the others as if all were
	// equally busy all the time
	private static final String CHANGES = """
			insert into sync.change (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk, payload)
			select s.stream_id, i, d.source_no, i, 1, t.table_id, 'I', k.pk,
			       json_build_object('id', k.pk, 'name', 'name of ' || i, 'amount', i, 'price', i / 100.0,
			         'active', i % 2 = 0, 'created_at', '2026-01-01T00:00:00Z',
			         'body', 'some words, as notes of people have them')
			from sync.stream s
			join sync.source d on d.stream_id = s.stream_id
			join sync.synced_table t on t.schema_name = 'bench' and t.table_name = 'plain'
			cross join lateral generate_series(1, s.head_server_id) i
			cross join lateral (select md5(s.user_id || '/' || i)::uuid as pk) k
			where s.head_source_no is null
			order by (i - random()) / s.head_server_id""";

	private static final String ROWS = """
			insert into sync.row_version (table_id, pk, stream_id, version, server_id, deleted)
			select c.table_id, c.pk, c.stream_id, 1, c.server_id, false
			from sync.change c
			join sync.stream s on s.stream_id = c.stream_id
			where s.head_source_no is null""";

	private static final String HEADS = """
			update sync.stream s set head_source_no = d.source_no
			from sync.source d
			where d.stream_id = s.stream_id and s.head_source_no is null""";

	private final Connection connection;

	History(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		this.connection = connection;
	}

	/**
	 * Adds users whose changes {@link #write()} writes.
	 * @param prefix of their names, which a number from 1 follows
	 * @param users how many
	 * @param changes of each
	 */
	History add(String prefix, int users, int changes) throws SQLException {
		execute(STREAMS, prefix, changes, users);
		return this;
	}

	/** Writes the changes of the users that were added since the last time. */
	void write() throws SQLException {
		execute(SOURCES, DEVICE);
		execute(CHANGES);
		execute(ROWS);
		execute(HEADS);
		this.connection.commit();
	}

	private void execute(String sql, Object... values) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			for (int i = 0; i < values.length; i++) {
				statement.setObject(1 + i, values[i]);
			}
			statement.executeUpdate();
		}
	}

}

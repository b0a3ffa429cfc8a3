/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * What PostgreSQL alone could do with a single change: a transaction of three inserts.
 */
final class RawSingleClient implements Client<RawChange> {

	private static final String LOG = """
			insert into raw.server_change_log
			  (user_id, pk_uuid, payload, source_change_id, schema_name, table_name, op, source_id, server_version)
			values (?, ?, ?::json, ?, 'bench', 'plain', 'INSERT', 'phone', 1)""";

	private static final String STATE = """
			insert into raw.sync_state (user_id, pk_uuid, payload, schema_name, table_name)
			values (?, ?, ?::json, 'bench', 'plain')""";

	private static final String META = """
			insert into raw.sync_row_meta (user_id, pk_uuid, schema_name, table_name, server_version)
			values (?, ?, 'bench', 'plain', 1)""";

	private final Connection connection;

	private final PreparedStatement log;

	private final PreparedStatement state;

	private final PreparedStatement meta;

	private final String user;

	private long nextId = 1;

	RawSingleClient(Connection connection, String user) throws SQLException {
		connection.setAutoCommit(false);
		this.connection = connection;
		this.log = connection.prepareStatement(LOG);
		this.state = connection.prepareStatement(STATE);
		this.meta = connection.prepareStatement(META);
		this.user = user;
	}

	@Override
	public RawChange prepare() {
		Row row = Row.random();
		return new RawChange(this.nextId++, row.id(), row.payload());
	}

	@Override
	public int send(RawChange change) throws SQLException {
		insert(this.log, this.user, change.key(), change.payload(), change.id());
		insert(this.state, this.user, change.key(), change.payload());
		insert(this.meta, this.user, change.key());
		this.connection.commit();
		return 1;
	}

	private static void insert(PreparedStatement statement, Object... values) throws SQLException {
		for (int i = 0; i < values.length; i++) {
			statement.setObject(1 + i, values[i]);
		}
		statement.executeUpdate();
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}

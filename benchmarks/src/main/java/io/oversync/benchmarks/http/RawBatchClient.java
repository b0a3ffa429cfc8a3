/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * What PostgreSQL alone could do: inserts batches into the documented tables, one
 * statement a table, without looking at anything. What the rows of a batch have in common
 * is sent once, which is more than an upload may assume.
 */
final class RawBatchClient implements Client<RawRows> {

	private static final String LOG = """
			insert into raw.server_change_log
			  (user_id, schema_name, table_name, op, pk_uuid, payload, source_id, source_change_id, server_version)
			select ?, 'bench', 'plain', 'INSERT', k.pk, k.payload::json, 'phone', k.id, 1
			from unnest(?::uuid[], ?::text[], ?::bigint[]) as k(pk, payload, id)""";

	private static final String STATE = """
			insert into raw.sync_state (user_id, schema_name, table_name, pk_uuid, payload)
			select ?, 'bench', 'plain', k.pk, k.payload::json
			from unnest(?::uuid[], ?::text[]) as k(pk, payload)""";

	private static final String META = """
			insert into raw.sync_row_meta (user_id, schema_name, table_name, pk_uuid, server_version)
			select ?, 'bench', 'plain', k.pk, 1
			from unnest(?::uuid[]) as k(pk)""";

	private static final String TYPED = """
			insert into raw.typed (owner_id, id, name, amount, price, active, created_at, body)
			select ?, k.*
			from unnest(?::uuid[], ?::text[], ?::bigint[], ?::numeric[], ?::boolean[], ?::timestamptz[], ?::text[]) as k""";

	private final Connection connection;

	private final PreparedStatement log;

	private final PreparedStatement state;

	private final PreparedStatement meta;

	private final PreparedStatement typed;

	private final int batch;

	private final boolean materialize;

	private long nextId = 1;

	/**
	 * Creates the client.
	 * @param connection for it alone
	 * @param user whose rows they are
	 * @param batch rows of a transaction
	 * @param materialize whether they are written to a business table, too
	 */
	RawBatchClient(Connection connection, String user, int batch, boolean materialize) throws SQLException {
		connection.setAutoCommit(false);
		this.connection = connection;
		this.log = statement(LOG, user);
		this.state = statement(STATE, user);
		this.meta = statement(META, user);
		this.typed = statement(TYPED, user);
		this.batch = batch;
		this.materialize = materialize;
	}

	/** The user stays bound from one execution to the next. */
	private PreparedStatement statement(String sql, String user) throws SQLException {
		PreparedStatement statement = this.connection.prepareStatement(sql);
		statement.setString(1, user);
		return statement;
	}

	@Override
	public RawRows prepare() {
		RawRows rows = RawRows.random(this.nextId, this.batch);
		this.nextId += this.batch;
		return rows;
	}

	@Override
	public int send(RawRows rows) throws SQLException {
		Array keys = array("uuid", rows.keys());
		Array payloads = array("text", rows.payloads());
		insert(this.log, keys, payloads, array("int8", rows.changeIds()));
		insert(this.state, keys, payloads);
		insert(this.meta, keys);
		if (this.materialize) {
			insert(this.typed, keys, array("text", rows.names()), array("int8", rows.amounts()),
					array("numeric", rows.prices()), array("bool", rows.actives()),
					array("timestamptz", rows.createdAts()), array("text", rows.bodies()));
		}
		this.connection.commit();
		return this.batch;
	}

	private Array array(String type, Object[] values) throws SQLException {
		return this.connection.createArrayOf(type, values);
	}

	private void insert(PreparedStatement statement, Array... columns) throws SQLException {
		for (int i = 0; i < columns.length; i++) {
			statement.setArray(2 + i, columns[i]);
		}
		if (statement.executeUpdate() != this.batch) {
			throw new IllegalStateException("Not all rows were inserted");
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}

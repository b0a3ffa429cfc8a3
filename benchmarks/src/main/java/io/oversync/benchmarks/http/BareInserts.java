/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * PostgreSQL alone: inserts into the documented tables without any check. The rows of a
 * batch take one statement for each table and send their common values once, which an
 * upload could not assume.
 */
final class BareInserts {

	private static final String[] BATCHES = { """
			insert into raw.server_change_log
			  (user_id, schema_name, table_name, op, pk_uuid, payload, source_id, source_change_id, server_version)
			select ?, 'bench', 'plain', 'INSERT', k.pk, k.payload::json, 'phone', k.id, 1
			from unnest(?::uuid[], ?::text[], ?::bigint[]) as k(pk, payload, id)""", """
			insert into raw.sync_state (user_id, schema_name, table_name, pk_uuid, payload)
			select ?, 'bench', 'plain', k.pk, k.payload::json
			from unnest(?::uuid[], ?::text[]) as k(pk, payload)""", """
			insert into raw.sync_row_meta (user_id, schema_name, table_name, pk_uuid, server_version)
			select ?, 'bench', 'plain', k.pk, 1
			from unnest(?::uuid[]) as k(pk)""",
			"""
					insert into raw.typed (owner_id, id, name, amount, price, active, created_at, body)
					select ?, k.*
					from unnest(?::uuid[], ?::text[], ?::bigint[], ?::numeric[], ?::boolean[], ?::timestamptz[], ?::text[]) as k""" };

	/** Of {@link #columns}, for each statement. */
	private static final int[][] COLUMNS = { { 0, 1, 2 }, { 0, 1 }, { 0 }, { 0, 3, 4, 5, 6, 7, 8 } };

	private static final String[] TYPES = { "uuid", "text", "int8", "text", "int8", "numeric", "bool", "timestamptz",
			"text" };

	private static final String[] SINGLES = { """
			insert into raw.server_change_log
			  (user_id, pk_uuid, payload, source_change_id, schema_name, table_name, op, source_id, server_version)
			values (?, ?, ?::json, ?, 'bench', 'plain', 'INSERT', 'phone', 1)""", """
			insert into raw.sync_state (user_id, pk_uuid, payload, schema_name, table_name)
			values (?, ?, ?::json, 'bench', 'plain')""", """
			insert into raw.sync_row_meta (user_id, pk_uuid, schema_name, table_name, server_version)
			values (?, ?, 'bench', 'plain', 1)""" };

	private final Connection connection;

	private final List<PreparedStatement> statements = new ArrayList<>();

	private long nextId = 1;

	/** The user stays bound from one execution to the next. */
	private BareInserts(Connection connection, String user, String... statements) throws SQLException {
		this.connection = connection;
		connection.setAutoCommit(false);
		for (String sql : statements) {
			PreparedStatement statement = connection.prepareStatement(sql);
			statement.setString(1, user);
			this.statements.add(statement);
		}
	}

	/**
	 * Returns a client that inserts batches of new rows.
	 * @param connection for it alone
	 * @param user the owner of the rows
	 * @param batch rows of a transaction
	 * @param materialize whether they are written to a business table, too
	 */
	static Client batches(Connection connection, String user, int batch, boolean materialize) throws SQLException {
		BareInserts inserts = new BareInserts(connection, user,
				Arrays.copyOf(BATCHES, materialize ? BATCHES.length : BATCHES.length - 1));
		return new Client(() -> inserts.batch(BenchRow.random(batch, BenchRow::key)), connection);
	}

	private Client.Request batch(List<BenchRow> rows) {
		Object[][] columns = columns(rows);
		return () -> {
			Array[] arrays = new Array[columns.length];
			for (int i = 0; i < this.statements.size(); i++) {
				for (int parameter = 0; parameter < COLUMNS[i].length; parameter++) {
					int column = COLUMNS[i][parameter];
					if (arrays[column] == null) {
						arrays[column] = this.connection.createArrayOf(TYPES[column], columns[column]);
					}
					this.statements.get(i).setArray(2 + parameter, arrays[column]);
				}
				if (this.statements.get(i).executeUpdate() != rows.size()) {
					throw new IllegalStateException("Not all rows were inserted");
				}
			}
			this.connection.commit();
			return rows.size();
		};
	}

	private Object[][] columns(List<BenchRow> rows) {
		long first = this.nextId;
		this.nextId += rows.size();
		return new Object[][] { rows.stream().map(BenchRow::id).toArray(UUID[]::new),
				rows.stream().map(BenchRow::payload).toArray(String[]::new),
				LongStream.range(first, this.nextId).boxed().toArray(Long[]::new),
				rows.stream().map(BenchRow::name).toArray(String[]::new),
				rows.stream().map(BenchRow::amount).toArray(Long[]::new),
				rows.stream().map(BenchRow::price).toArray(BigDecimal[]::new),
				rows.stream().map(BenchRow::active).toArray(Boolean[]::new),
				rows.stream().map(BenchRow::createdAt).toArray(String[]::new),
				rows.stream().map(BenchRow::body).toArray(String[]::new) };
	}

	/**
	 * Returns a client that inserts single new rows.
	 * @param connection for it alone
	 * @param user the owner of the rows
	 */
	static Client single(Connection connection, String user) throws SQLException {
		BareInserts inserts = new BareInserts(connection, user, SINGLES);
		return new Client(() -> inserts.single(BenchRow.random(BenchRow.key())), connection);
	}

	private Client.Request single(BenchRow row) {
		Object[] values = { row.id(), row.payload(), this.nextId++ };
		return () -> {
			for (int i = 0; i < values.length; i++) {
				for (int parameter = 0; parameter < values.length - i; parameter++) {
					this.statements.get(i).setObject(2 + parameter, values[parameter]);
				}
				this.statements.get(i).executeUpdate();
			}
			this.connection.commit();
			return 1;
		};
	}

}

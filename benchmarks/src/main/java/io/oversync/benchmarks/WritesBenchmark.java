/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.benchmarks.report.Samples;
import io.oversync.internal.capture.CaptureInstaller;
import io.oversync.internal.capture.CaptureMode;
import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.test.DurablePostgres;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * What capture costs the application: transactions that update one row, and statements
 * that insert, update and delete 10,000 rows; on a captured table and on a plain one. Two
 * more tables: one is written as the engine writes, and the function of the other sets
 * its {@code search_path} instead of relying on qualified names alone.
 */
final class WritesBenchmark {

	private static final List<String> TABLES = List.of("plain", "captured", "applying", "with_path");

	private static final int ROWS = 10_000;

	private static final int TRANSACTIONS = 500;

	private static final int ROUNDS = 9;

	private static final String DDL = "CREATE TABLE %s (id uuid PRIMARY KEY, owner_id text NOT NULL, name text,"
			+ " rank integer, body text, changed timestamptz)";

	private static final String INSERT = "INSERT INTO %s SELECT id, 'user ' || n %% 100, 'name', n, repeat('x', 150), now()"
			+ " FROM new_key";

	private final Map<String, Map<String, Samples>> millis = new LinkedHashMap<>();

	void run() throws Exception {
		try (DurablePostgres postgres = DurablePostgres.start();
				Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
				Statement statement = connection.createStatement()) {
			prepare(postgres.jdbcUrl(), statement);
			for (int round = 0; round <= ROUNDS; round++) {
				if (round == 1) {
					this.millis.clear();
				}
				statement.execute("TRUNCATE sync.captured_row, new_key");
				statement
					.execute("INSERT INTO new_key SELECT gen_random_uuid(), n FROM generate_series(1, " + ROWS + ") n");
				measure(connection, round, "insert " + ROWS, INSERT);
				measure(connection, round, "update " + ROWS, "UPDATE %s SET name = 'other', rank = rank + 1");
				statement.execute("VACUUM ANALYZE");
				single(connection, round);
				measure(connection, round, "delete " + ROWS, "DELETE FROM %s");
				statement.execute("VACUUM ANALYZE");
			}
		}
		this.millis.forEach((name, tables) -> tables
			.forEach((table, samples) -> print(name, table, samples, tables.getOrDefault("plain", samples))));
	}

	private static void prepare(String url, Statement statement) throws SQLException {
		DriverManagerDataSource dataSource = new DriverManagerDataSource(url);
		new SchemaMigrator(dataSource).migrate(SchemaMode.MIGRATE);
		statement.execute("CREATE TABLE new_key (id uuid, n integer)");
		for (String table : TABLES) {
			statement.execute(DDL.formatted(table));
		}
		List<TableRegistration> registrations = TABLES.stream()
			.map(Relation::parse)
			.map((table) -> new TableRegistration(table.tableName(), "owner_id", true, Set.of(), table)
				.withCapture(!"plain".equals(table.name())))
			.toList();
		new CaptureInstaller(dataSource, CaptureMode.MIGRATE)
			.install(new CatalogReader(dataSource, new SyncedTableStore(dataSource)).read(registrations));
		statement.execute("DO $$ DECLARE f text; BEGIN SELECT tgfoid::regprocedure INTO f FROM pg_trigger"
				+ " WHERE tgrelid = 'with_path'::regclass LIMIT 1;"
				+ " EXECUTE 'ALTER FUNCTION ' || f || ' SET search_path = pg_catalog, pg_temp'; END $$");
	}

	private void measure(Connection connection, int round, String name, String sql) throws SQLException {
		for (int turn = 0; turn < TABLES.size(); turn++) {
			String table = TABLES.get((turn + round) % TABLES.size());
			begin(connection, table);
			long start = System.nanoTime();
			try (Statement statement = connection.createStatement()) {
				statement.execute(sql.formatted(table));
			}
			connection.commit();
			add(name, table, (System.nanoTime() - start) / 1e6);
			connection.setAutoCommit(true);
		}
	}

	/** The median of many transactions, which take turns. */
	private void single(Connection connection, int round) throws SQLException {
		double[][] took = new double[TABLES.size()][TRANSACTIONS];
		PreparedStatement[] updates = new PreparedStatement[TABLES.size()];
		List<UUID> keys = List.of(Bench.keys(1));
		try (Statement statement = connection.createStatement()) {
			for (int i = 0; i < updates.length; i++) {
				statement.execute("INSERT INTO " + TABLES.get(i) + " VALUES ('" + keys.get(0) + "', 'ann', 'n', 0)");
				updates[i] = connection
					.prepareStatement("UPDATE " + TABLES.get(i) + " SET rank = rank + 1 WHERE id = ?");
				updates[i].setObject(1, keys.get(0));
			}
		}
		for (int n = 0; n < TRANSACTIONS; n++) {
			for (int turn = 0; turn < updates.length; turn++) {
				int i = (turn + round + n) % updates.length;
				begin(connection, TABLES.get(i));
				long start = System.nanoTime();
				updates[i].execute();
				connection.commit();
				took[i][n] = (System.nanoTime() - start) / 1e6;
				connection.setAutoCommit(true);
			}
		}
		for (int i = 0; i < updates.length; i++) {
			updates[i].close();
			add("update one row", TABLES.get(i), new Samples(Arrays.copyOf(took[i], TRANSACTIONS)).median());
		}
	}

	private static void begin(Connection connection, String table) throws SQLException {
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("SET LOCAL oversync.applying = '" + ("applying".equals(table) ? "on" : "") + "'");
		}
	}

	private void add(String name, String table, double took) {
		this.millis.computeIfAbsent(name, (key) -> new LinkedHashMap<>())
			.computeIfAbsent(table, (key) -> new Samples())
			.add(took);
	}

	private static void print(String name, String table, Samples samples, Samples plain) {
		Samples ratios = samples.dividedBy(plain);
		System.out.printf("%-16s %-10s median %8.3f ms  ratio %.2f (%s)%n", name, table, samples.median(),
				ratios.median(), ratios.range("%.2f"));
	}

}

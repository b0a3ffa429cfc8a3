/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.capture;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.capture.CaptureInstaller.Patience;
import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;

/**
 * A database with a sync schema and tables whose writes are captured.
 */
final class CapturedDatabase {

	static final Patience PATIENT = new Patience(200, Duration.ofMillis(100), Duration.ofMillis(10));

	private static final String NOTED = """
			SELECT t.table_name || ' ' || right(k.pk::text, 2) || ' of ' || r.owner
			  FROM sync.captured_row r JOIN sync.synced_table t USING (table_id)
			 CROSS JOIN LATERAL unnest(r.pks) WITH ORDINALITY AS k(pk, number)
			 ORDER BY r.capture_id, k.number""";

	private final String url = TestPostgres.createDatabase();

	private String role = this.url;

	CapturedDatabase(String... ddl) {
		new SchemaMigrator(TestDatabases.dataSource(this.url)).migrate(SchemaMode.MIGRATE);
		execute(ddl);
	}

	String url() {
		return this.url;
	}

	/** Installs as another role from now on. */
	void connectAs(String url) {
		this.role = url;
	}

	/** Registers {@code schema.table(owner_column)}, all of them captured. */
	static List<TableRegistration> registrations(String... tables) {
		List<TableRegistration> registrations = new ArrayList<>();
		for (String table : tables) {
			String[] parts = table.split("[()]");
			Relation relation = Relation.parse(parts[0]);
			registrations.add(new TableRegistration(relation.tableName(), (parts.length > 1) ? parts[1] : null, true,
					Set.of(), relation)
				.withCapture(true));
		}
		return registrations;
	}

	TableCatalog catalog(String... tables) {
		return catalog(registrations(tables));
	}

	TableCatalog catalog(List<TableRegistration> registrations) {
		var dataSource = TestDatabases.dataSource(this.role);
		return new CatalogReader(dataSource, new SyncedTableStore(dataSource)).read(registrations);
	}

	boolean install(CaptureMode mode, String... tables) {
		return install(mode, PATIENT, catalog(tables));
	}

	boolean install(CaptureMode mode, Patience patience, TableCatalog catalog) {
		return new CaptureInstaller(TestDatabases.dataSource(this.role), mode, patience).install(catalog);
	}

	/** Runs statements, each in its own transaction. */
	void execute(String... statements) {
		TestPostgres.execute(this.url, statements);
	}

	/** Runs statements in one transaction. */
	void transaction(String... statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.url);
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (String sql : statements) {
				statement.execute(sql);
			}
			connection.commit();
		}
	}

	List<String> query(String sql) {
		return TestDatabases.query(this.url, sql);
	}

	/** Lists what was noted, and forgets it. */
	List<String> takeNoted() {
		List<String> noted = query(NOTED);
		execute("TRUNCATE sync.captured_row");
		return noted;
	}

	List<String> generations() {
		return query("SELECT table_name || ' ' || capture_generation FROM sync.synced_table ORDER BY 1");
	}

	List<String> triggers() {
		return query("SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE tgname LIKE 'oversync%'"
				+ " AND tgparentid = 0 ORDER BY 1");
	}

	static String key(int number) {
		return new UUID(0, number).toString();
	}

}

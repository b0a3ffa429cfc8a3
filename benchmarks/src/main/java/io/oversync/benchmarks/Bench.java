/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.benchmarks.report.Samples;
import io.oversync.internal.capture.CaptureInstaller;
import io.oversync.internal.capture.CaptureMode;
import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.service.DefaultSyncService;
import io.oversync.internal.service.RequestLimits;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.SyncService;
import io.oversync.test.DurablePostgres;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * The engine on an embedded PostgreSQL with its ordinary durability.
 */
final class Bench implements AutoCloseable {

	static final TableName PARENT = new TableName("app", "parent");

	static final TableName CHILD = new TableName("app", "child");

	private static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null, name text not null, body text);
			create table app.child (id uuid primary key, owner_id text not null, body text,
			  parent_id uuid references app.parent deferrable initially deferred);
			create index on app.child (parent_id);
			""";

	private static final String BODY = "x".repeat(150);

	private final DurablePostgres postgres;

	private final HikariDataSource pool;

	private final SyncService service;

	private Bench(DurablePostgres postgres, String ddl, List<TableName> tables) {
		this.postgres = postgres;
		this.pool = new HikariDataSource();
		this.pool.setJdbcUrl(postgres.jdbcUrl());
		sql(ddl);
		new SchemaMigrator(this.pool).migrate(SchemaMode.MIGRATE);
		this.service = engine(this.pool,
				tables.stream().map((table) -> new TableRegistration(table, "owner_id", true, Set.of())).toList());
	}

	/**
	 * Creates an engine on a database that has the sync schema, with triggers on the
	 * tables whose writes are captured.
	 */
	static SyncService engine(DataSource dataSource, List<TableRegistration> tables) {
		CatalogReader reader = new CatalogReader(dataSource, new SyncedTableStore(dataSource));
		TableCatalog catalog = reader.read(tables);
		CaptureMode mode = catalog.isCaptured() ? CaptureMode.MIGRATE : CaptureMode.OFF;
		if (new CaptureInstaller(dataSource, mode).install(catalog)) {
			catalog = reader.read(tables);
		}
		return new DefaultSyncService(dataSource, catalog, List.of(),
				new Transactions(new JdbcTransactionManager(dataSource), 4),
				new UploadSettings(0, false, Duration.ofSeconds(30)), new RequestLimits(Duration.ofMinutes(10), 2, 16),
				mode);
	}

	static Bench start() throws IOException {
		return start(DDL, List.of(CHILD, PARENT));
	}

	static Bench start(String ddl, List<TableName> tables) throws IOException {
		return new Bench(DurablePostgres.start(), ddl, tables);
	}

	void sql(String sql) {
		JdbcClient.create(this.pool).sql(sql).update();
	}

	long number(String sql) {
		return JdbcClient.create(this.pool).sql(sql).query(Long.class).single();
	}

	static UploadChange insert(long id, TableName table, UUID pk, String extra) {
		return change(id, table, "INSERT", pk, 0, extra);
	}

	static UploadChange update(long id, TableName table, UUID pk, String extra) {
		return change(id, table, "UPDATE", pk, 1, extra);
	}

	private static UploadChange change(long id, TableName table, String op, UUID pk, long version, String extra) {
		return new UploadChange(id, table.schema(), table.table(), op, pk.toString(), version,
				Payload.of("{\"id\":\"" + pk + "\",\"name\":\"n" + id + "\"" + extra + ",\"body\":\"" + BODY + "\"}"));
	}

	SyncService service() {
		return this.service;
	}

	/**
	 * Uploads and returns the milliseconds that it took; every change must be applied.
	 */
	double upload(SyncActor actor, List<UploadChange> changes) {
		return upload(this.service, actor, changes);
	}

	static double upload(SyncService service, SyncActor actor, List<UploadChange> changes) {
		long start = System.nanoTime();
		List<ChangeStatus> statuses = service.upload(actor, new UploadRequest(0, changes)).statuses();
		double millis = (System.nanoTime() - start) / 1e6;
		if (!statuses.stream().allMatch((status) -> status instanceof ChangeStatus.Applied)) {
			throw new IllegalStateException("Not applied: " + statuses.get(0));
		}
		return millis;
	}

	static void print(String name, Samples millis, Samples base) {
		System.out.printf("%-40s median %7.1f ms  min %7.1f  max %7.1f  ratio %.2f%n", name, millis.median(),
				millis.lowest(), millis.highest(), millis.median() / base.median());
	}

	static UUID[] keys(int count) {
		UUID[] keys = new UUID[count];
		Arrays.setAll(keys, (i) -> UUID.randomUUID());
		return keys;
	}

	@Override
	public void close() throws IOException {
		this.pool.close();
		this.postgres.close();
	}

}

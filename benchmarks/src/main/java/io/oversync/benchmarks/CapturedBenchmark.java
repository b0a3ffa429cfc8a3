/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.benchmarks.report.Samples;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.service.SyncService;
import io.oversync.test.DurablePostgres;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What capture costs devices while the application writes nothing: uploads and polls of a
 * captured table beside those of an engine that captures nothing, in turn. And how fast
 * what the application has written reaches the streams: a mass update beside uploads of
 * the same user, and the rows of many users that existed before.
 */
final class CapturedBenchmark {

	private static final TableName CAPTURED = new TableName("app", "captured");

	private static final TableName PLAIN = new TableName("app", "plain");

	private static final int ROUNDS = 9;

	private static final int BATCH = 1000;

	private static final int CONNECTIONS = 4;

	private static final int UPLOADS = 5;

	private static final int POLLS = 1000;

	private static final int MASS = 100_000;

	private static final int OWNERS = 1000;

	private static final int ROWS_OF_OWNER = 1000;

	private static final String TABLE = """
			create table app.%1$s (id uuid primary key, owner_id text not null, name text, body text, rank int);
			create index on app.%1$s (owner_id);
			""";

	private static final String FILL = """
			insert into app.captured
			select gen_random_uuid(), '%s', 'name', repeat('x', 150), n from generate_series(1, %d) n
			""";

	private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);

	private long nextId = 1;

	void run() throws Exception {
		try (DurablePostgres postgres = DurablePostgres.start(); HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(postgres.jdbcUrl());
			sql(pool, "create schema app;" + TABLE.formatted("captured") + TABLE.formatted("plain"));
			new SchemaMigrator(pool).migrate(SchemaMode.MIGRATE);
			SyncService plain = Bench.engine(pool, List.of(registration(PLAIN)));
			SyncService captured = Bench.engine(pool,
					List.of(registration(PLAIN), registration(CAPTURED).withCapture(true)));
			uploads(captured, plain);
			polls(captured, plain);
			adoption(pool, captured);
			massUpdate(pool, captured);
		}
		finally {
			this.threads.shutdownNow();
		}
	}

	private static TableRegistration registration(TableName table) {
		return new TableRegistration(table, "owner_id", true, Set.of());
	}

	private static void sql(HikariDataSource pool, String sql) {
		JdbcClient.create(pool).sql(sql).update();
	}

	private void uploads(SyncService captured, SyncService plain) throws Exception {
		Samples capturedMillis = new Samples();
		Samples plainMillis = new Samples();
		for (int round = -3; round < ROUNDS; round++) {
			boolean first = round % 2 == 0;
			double one = first ? uploads(captured, CAPTURED, round) : uploads(plain, PLAIN, round);
			double other = first ? uploads(plain, PLAIN, round) : uploads(captured, CAPTURED, round);
			if (round >= 0) {
				capturedMillis.add(first ? one : other);
				plainMillis.add(first ? other : one);
			}
		}
		print("upload 1,000 x 4, rate", plainMillis.dividedBy(capturedMillis));
	}

	private double uploads(SyncService service, TableName table, int round) throws Exception {
		List<Future<?>> running = new ArrayList<>();
		List<List<UploadChange>> batches = new ArrayList<>();
		for (int i = 0; i < CONNECTIONS * UPLOADS; i++) {
			batches.add(batch(table, BATCH));
		}
		long start = System.nanoTime();
		for (int connection = 0; connection < CONNECTIONS; connection++) {
			SyncActor actor = new SyncActor("user " + table.table() + connection, "phone");
			List<List<UploadChange>> own = batches.subList(connection * UPLOADS, (connection + 1) * UPLOADS);
			running.add(this.threads.submit(() -> own.forEach((changes) -> Bench.upload(service, actor, changes))));
		}
		for (Future<?> upload : running) {
			upload.get();
		}
		return (System.nanoTime() - start) / 1e6;
	}

	private List<UploadChange> batch(TableName table, int size) {
		List<UploadChange> batch = new ArrayList<>(size);
		for (int i = 0; i < size; i++) {
			batch.add(Bench.insert(this.nextId++, table, UUID.randomUUID(), ",\"rank\":" + i));
		}
		return batch;
	}

	private void polls(SyncService captured, SyncService plain) {
		SyncActor actor = new SyncActor("user captured0", "tablet");
		long head = poll(captured, actor, 0).windowUntil();
		Samples ratios = new Samples();
		for (int round = -2; round < ROUNDS; round++) {
			double[] capturedMillis = new double[POLLS];
			double[] plainMillis = new double[POLLS];
			for (int i = 0; i < POLLS; i++) {
				boolean first = i % 2 == 0;
				double one = timed(first ? captured : plain, actor, head);
				double other = timed(first ? plain : captured, actor, head);
				capturedMillis[i] = first ? one : other;
				plainMillis[i] = first ? other : one;
			}
			if (round >= 0) {
				ratios.add(new Samples(capturedMillis).median() / new Samples(plainMillis).median());
			}
		}
		print("empty poll, p50", ratios);
	}

	private static double timed(SyncService service, SyncActor actor, long after) {
		long start = System.nanoTime();
		poll(service, actor, after);
		return (System.nanoTime() - start) / 1e6;
	}

	private static DownloadWindow poll(SyncService service, SyncActor actor, long after) {
		return service.download(actor, new DownloadRequest(after, BATCH, null, false, 0), (change) -> {
		});
	}

	private static void adoption(HikariDataSource pool, SyncService service) {
		for (int owner = 0; owner < OWNERS; owner++) {
			sql(pool, FILL.formatted("owner " + owner, ROWS_OF_OWNER));
		}
		sql(pool, "vacuum analyze");
		Samples millis = new Samples();
		long start = System.nanoTime();
		for (int owner = 0; owner < OWNERS; owner++) {
			SyncActor actor = new SyncActor("owner " + owner, "phone");
			long begun = System.nanoTime();
			DownloadWindow first = poll(service, actor, 0);
			millis.add((System.nanoTime() - begun) / 1e6);
			if (first.windowUntil() < ROWS_OF_OWNER) {
				throw new IllegalStateException("Only adopted up to " + first.windowUntil());
			}
		}
		System.out.printf(
				"adoption of %,d rows of each of %,d users: first request median %.0f ms, max %.0f ms; %,.0f rows/s%n",
				ROWS_OF_OWNER, OWNERS, millis.median(), millis.highest(),
				(double) OWNERS * ROWS_OF_OWNER * 1e9 / (System.nanoTime() - start));
	}

	private void massUpdate(HikariDataSource pool, SyncService service) throws Exception {
		sql(pool, FILL.formatted("mass", MASS));
		sql(pool, "vacuum analyze");
		SyncActor tablet = new SyncActor("mass", "tablet");
		long adopted = catchUp(service, tablet, MASS);
		sql(pool, "update app.captured set name = 'changed' where owner_id = 'mass'");
		long start = System.nanoTime();
		Future<Long> absorbed = this.threads.submit(() -> catchUp(service, tablet, adopted + MASS));
		Samples millis = new Samples();
		SyncActor phone = new SyncActor("mass", "phone");
		while (!absorbed.isDone()) {
			millis.add(Bench.upload(service, phone, batch(CAPTURED, 10)));
		}
		absorbed.get();
		System.out.printf(
				"update of %,d rows of one user, beside uploads of 10: %,.0f rows/s;"
						+ " %d uploads, median %.0f ms, max %.0f ms%n",
				MASS, MASS * 1e9 / (System.nanoTime() - start), millis.size(), millis.median(), millis.highest());
	}

	/** Polls until the stream is that long. */
	private static long catchUp(SyncService service, SyncActor actor, long length) {
		long after = 0;
		while (after < length) {
			after = poll(service, actor, Math.max(0, after)).windowUntil();
		}
		return after;
	}

	private static void print(String name, Samples ratios) {
		System.out.printf("%-24s captured / plain %.3f (%s)%n", name, ratios.median(), ratios.range("%.3f"));
	}

}

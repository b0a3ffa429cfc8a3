/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.UploadResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The database goes away, or another transaction holds a lock.
 */
class BrokenConnectionIntegrationTests {

	private static final int DEVICES = 4;

	private static final int BATCHES = 40;

	private static final int BATCH = 50;

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			""";

	private final TestEngine engine = TestEngine.start(DDL, List.of(),
			new UploadSettings(0, false, Duration.ofMillis(500)), "app.note(owner_id)");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	@Tag("prove")
	void everyChangeIsAppliedOnceAlthoughConnectionsAreKilled() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(DEVICES + 1);
		AtomicBoolean done = new AtomicBoolean();
		Future<Integer> killed = threads.submit(() -> kill(done));
		List<Future<?>> uploads = new ArrayList<>();
		for (int i = 0; i < DEVICES; i++) {
			Device device = this.engine.device("alice/device-" + i);
			uploads.add(threads.submit(() -> {
				for (int batch = 0; batch < BATCHES; batch++) {
					for (int n = 0; n < BATCH; n++) {
						device.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"" + n + "\"}");
					}
					UploadResponse answer = device.sendUntilAnswered();
					assertThat(answer.statuses()).hasSize(BATCH).extracting("newServerVersion").containsOnly(1L);
				}
			}));
		}
		for (Future<?> upload : uploads) {
			upload.get();
		}
		done.set(true);
		assertThat(killed.get()).as("connections that were killed").isPositive();
		threads.shutdown();

		String changes = Integer.toString(DEVICES * BATCHES * BATCH);
		assertThat(this.engine.query("select count(*) from sync.change")).containsExactly(changes);
		assertThat(this.engine.query("select count(distinct (source_no, source_change_id)) from sync.change"))
			.containsExactly(changes);
		assertThat(this.engine.query("select head_server_id from sync.stream")).containsExactly(changes);
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly(changes);
	}

	private int kill(AtomicBoolean done) throws Exception {
		Random random = new Random(1);
		int killed = 0;
		try (Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = connection.createStatement()) {
			while (!done.get()) {
				// those in the middle of a transaction
				try (var victims = statement.executeQuery("""
						select pg_terminate_backend(pid) from pg_stat_activity
						where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
						  and state <> 'idle' and random() < 0.3""")) {
					while (victims.next()) {
						killed++;
					}
				}
				statement.execute("select pg_sleep(" + (0.02 + 0.03 * random.nextDouble()) + ")");
			}
		}
		return killed;
	}

	@Test
	void aLockThatIsHeldTooLongRefusesTheUploadAsAWhole() throws Exception {
		UUID row = UUID.randomUUID();
		Device phone = this.engine.device("alice/phone");
		phone.upsert("app.note", row, 0, "{\"body\":\"one\"}").upload();
		try (Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("select 1 from app.note for update");
			phone.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"neighbour\"}")
				.upsert("app.note", row, 1, "{\"body\":\"two\"}");
			assertThatExceptionOfType(SyncException.class).isThrownBy(phone::send)
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
			assertThat(this.engine.query("select head_server_id from sync.stream")).containsExactly("1");
			connection.rollback();
		}
		assertThat(phone.upsert("app.note", row, 1, "{\"body\":\"two\"}").upload()).containsExactly("applied 2");
		assertThat(phone.failures()).isEmpty();
	}

	@Test
	void anApplicationsTransactionIsNotTheVictimOfADeadlock() throws Exception {
		UUID first = UUID.randomUUID();
		UUID second = UUID.randomUUID();
		Device phone = this.engine.device("alice/phone");
		phone.upsert("app.note", first, 0, "{\"body\":\"one\"}")
			.upsert("app.note", second, 0, "{\"body\":\"one\"}")
			.upload();
		ExecutorService threads = Executors.newSingleThreadExecutor();
		try (Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("update app.note set body = 'app' where id = '" + second + "'");
			phone.upsert("app.note", first, 1, "{\"body\":\"two\"}")
				.upsert("app.note", second, 1, "{\"body\":\"two\"}");
			Future<UploadResponse> upload = threads.submit(phone::sendUntilAnswered);
			// the upload holds the first row and waits for the second
			Awaitility.await()
				.until(() -> this.engine.query("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
					.equals(List.of("1")));
			statement.execute("update app.note set body = body where id = '" + first + "'");
			connection.commit();
			assertThat(upload.get().statuses()).extracting("newServerVersion").containsExactly(2L, 2L);
		}
		threads.shutdown();
		assertThat(this.engine.query("select distinct body from app.note")).containsExactly("two");
	}

	@Test
	void aStreamThatIsHeldByAnotherWriterIsWaitedForOnlySoLong() throws Exception {
		Device phone = this.engine.device("alice/phone");
		phone.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"one\"}").upload();
		try (Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("select 1 from sync.stream for update");
			phone.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"two\"}");
			assertThatExceptionOfType(SyncException.class).isThrownBy(phone::send);
			assertThat(this.engine.device("bob/phone")
				.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"b\"}")
				.upload()).as("other users do not wait").containsExactly("applied 1");
			connection.rollback();
		}
	}

}

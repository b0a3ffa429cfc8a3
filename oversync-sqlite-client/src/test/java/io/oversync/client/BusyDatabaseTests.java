/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.oversync.client.http.SyncHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Others use the same file.
 */
class BusyDatabaseTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private static final String KEY = "00000000-0000-0000-0000-000000000001";

	private static final int ROWS = 200;

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	@Test
	void whoeverHoldsTheDatabaseIsWaitedForAndThenNamed() throws Exception {
		try (TestDevice phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.busyTimeout(Duration.ofMillis(100)))
			.open();
				Connection other = DriverManager.getConnection("jdbc:sqlite:" + phone.file());
				Statement statement = other.createStatement()) {
			phone.execute("INSERT INTO note VALUES ('" + UUID.randomUUID() + "', 'first')");
			statement.execute("BEGIN IMMEDIATE");
			assertThatExceptionOfType(DatabaseBusyException.class).isThrownBy(() -> phone.client().sync())
				.withMessageContaining("100 ms");
			assertThat(phone.client().status().pending()).as("reading goes on").isEqualTo(1);
			statement.execute("ROLLBACK");
			phone.client().sync();
			assertThat(phone.client().status().pending()).isZero();
		}
	}

	@Test
	void aPageThatAnotherClientOnTheFileHasOvertakenIsNoServerThatWasPutBack() throws Exception {
		AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {
		});
		TestDevice device = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.http((request) -> {
				SyncHttp.Response response = this.server.exchange(request);
				meanwhile.getAndSet(() -> {
				}).run();
				return response;
			}));
		try (TestDevice first = device.open(); TestDevice second = patient("SELECT 1").open()) {
			first.client().sync();
			this.server.account("ann").change("web", "app.note", "INSERT", KEY, "{\"id\":\"" + KEY + "\"}");
			second.execute("INSERT INTO note VALUES ('" + UUID.randomUUID() + "', 'second')");
			// the page is made before the other client uploads, and arrives after that
			meanwhile.set(() -> second.client().sync());
			first.client().downloadOnce(100);
			first.client().sync();
			assertThat(first.client().status().recovering()).isFalse();
			assertThat(first.query("SELECT count(*) FROM note")).containsExactly("2");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE" })
	void statusWaitsForNobodyAlsoAfterAChangeOfTheTables(String begin) throws Exception {
		try (TestDevice phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.busyTimeout(Duration.ofMinutes(1)))
			.open();
				Connection other = DriverManager.getConnection("jdbc:sqlite:" + phone.file());
				Statement statement = other.createStatement()) {
			phone.execute("INSERT INTO note VALUES ('" + UUID.randomUUID() + "', 'first')");
			assertThat(phone.client().status().pending()).isEqualTo(1);
			phone.execute("ALTER TABLE note ADD COLUMN stars INTEGER");
			statement.execute(begin);
			long start = System.nanoTime();
			assertThat(phone.client().status().pending()).isEqualTo(1);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
			statement.execute("ROLLBACK");
			phone.execute("INSERT INTO note VALUES ('" + UUID.randomUUID() + "', 'second', 2)");
			assertThat(phone.client().status().pending()).isEqualTo(2);
			phone.client().sync();
			assertThat(phone.client().status().pending()).as("with the client's own patience").isZero();
		}
	}

	@Test
	void clientsAndWritersOnOneFileDoNotDisturbEachOther() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (TestDevice first = patient(DDL).open(); TestDevice second = patient("SELECT 1").open()) {
			List<Callable<Integer>> work = new ArrayList<>();
			AtomicInteger writing = new AtomicInteger(2);
			for (TestDevice device : List.of(first, second)) {
				work.add(() -> {
					try {
						for (int i = 0; i < ROWS; i++) {
							device.execute("INSERT INTO note VALUES ('" + UUID.randomUUID() + "', 'row " + i + "')");
						}
						return ROWS;
					}
					finally {
						writing.decrementAndGet();
					}
				});
				work.add(() -> {
					int syncs = 0;
					do {
						device.client().sync();
						syncs++;
					}
					while (writing.get() > 0);
					return syncs;
				});
			}
			for (Future<Integer> done : threads.invokeAll(work)) {
				assertThat(done.get()).isPositive();
			}
			first.client().sync();
			assertThat(first.client().status().pending()).isZero();
			assertThat(first.client().status().quarantined()).isZero();
			assertThat(this.server.account("ann").stream()).as("each once").hasSize(2 * ROWS);
			assertThat(first.query("PRAGMA integrity_check")).containsExactly("ok");
		}
		finally {
			threads.shutdownNow();
		}
	}

	/** SQLite lets those who wait for a lock in without an order. */
	private TestDevice patient(String ddl) throws Exception {
		return new TestDevice(this.folder, this.server, "ann/phone", ddl, "note")
			.with((builder) -> builder.busyTimeout(Duration.ofMinutes(1)));
	}

}

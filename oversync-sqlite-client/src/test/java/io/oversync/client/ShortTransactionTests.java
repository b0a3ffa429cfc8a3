/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A sync of much data, and the application that reads and writes meanwhile.
 */
@Tag("prove")
class ShortTransactionTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);"
			+ "\nCREATE TABLE own (id INTEGER PRIMARY KEY, text TEXT);";

	private static final int ROWS = 30_000;

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012d".formatted(number);
	}

	private void change(int number, String title) {
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", key(number),
					"{\"id\":\"" + key(number) + "\",\"title\":\"" + title + "\"}");
	}

	/** Hydrates while the application writes, and returns its longest wait. */
	private Duration hydrateWhileTheApplicationWrites() {
		AtomicLong longest = new AtomicLong();
		this.phone.execute("PRAGMA busy_timeout = 2000");
		CompletableFuture<HydrateResult> hydration = CompletableFuture.supplyAsync(() -> this.phone.client().hydrate());
		while (!hydration.isDone()) {
			long start = System.nanoTime();
			this.phone.execute("INSERT INTO own (text) VALUES ('written meanwhile')");
			this.phone.client().status();
			longest.accumulateAndGet(System.nanoTime() - start, Math::max);
		}
		assertThat(hydration.join().rows()).isEqualTo(ROWS);
		return Duration.ofNanos(longest.get());
	}

	@Test
	void theApplicationWritesWhileANewDatabaseIsFilledAndTheFileDoesNotDouble() {
		for (int i = 0; i < ROWS; i++) {
			change(i, "title of some length, as titles are");
		}
		assertThat(hydrateWhileTheApplicationWrites()).isLessThan(Duration.ofMillis(1900));
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly(String.valueOf(ROWS));
		long free = Long.parseLong(this.phone.query("PRAGMA freelist_count").get(0));
		long pages = Long.parseLong(this.phone.query("PRAGMA page_count").get(0));
		assertThat(free).as("pages that were needed for a while only").isLessThan(pages / 20);
	}

	@Test
	void theApplicationWritesWhileADatabaseIsRecovered() {
		for (int i = 0; i < ROWS; i++) {
			change(i, "title of some length, as titles are");
		}
		this.phone.client().sync();
		assertThat(hydrateWhileTheApplicationWrites()).isLessThan(Duration.ofMillis(1900));
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void whatTheServerLostIsPendingAgainInManySteps() {
		for (int i = 0; i < 12_000; i++) {
			change(i, "title");
		}
		this.phone.client().sync();
		this.server.account("ann").truncate(7);
		HydrateResult result = this.phone.client().hydrate();
		assertThat(result.reuploads()).isEqualTo(12_000 - 7);
		assertThat(this.phone.client().status().pending()).isEqualTo(12_000 - 7);
	}

	@Test
	void statusDoesNotWaitForAResolver() throws Exception {
		CountDownLatch resolving = new CountDownLatch(1);
		CountDownLatch decided = new CountDownLatch(1);
		this.phone.with((builder) -> builder.resolver((conflict) -> {
			resolving.countDown();
			try {
				decided.await(20, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return Resolution.TAKE_SERVER;
		})).reopen();
		change(1, "theirs");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'mine'");
		change(1, "theirs, too");
		CompletableFuture<SyncResult> sync = CompletableFuture.supplyAsync(() -> this.phone.client().sync());
		assertThat(resolving.await(10, TimeUnit.SECONDS)).isTrue();
		long start = System.nanoTime();
		assertThat(this.phone.client().status().hydrated()).isTrue();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		decided.countDown();
		sync.join();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "quarantined", "held" })
	void anIdleSyncWritesNothingAndTellsNobody(String left) {
		change(1, "title");
		if (left.equals("quarantined")) {
			this.server.reject((change) -> "bad_payload");
			this.phone.execute("INSERT INTO note VALUES ('" + key(3) + "', 'mine')");
		}
		else if (left.equals("held")) {
			this.phone.execute("CREATE UNIQUE INDEX title ON note (title)");
			change(4, "title");
		}
		AtomicLong told = new AtomicLong();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onStatus(SyncStatus status) {
				told.incrementAndGet();
			}
		});
		this.phone.client().sync();
		this.phone.client().sync();
		long before = told.get();
		String version = this.phone.query("PRAGMA data_version").get(0);
		SyncStatus earlier = this.phone.client().status();
		for (int i = 0; i < 5; i++) {
			this.phone.client().sync();
			this.phone.client().downloadOnce(10);
		}
		assertThat(this.phone.query("PRAGMA data_version")).containsExactly(version);
		assertThat(earlier.quarantined() + earlier.held()).isEqualTo(left.isEmpty() ? 0 : 1);
		this.server.reject((change) -> null);
		assertThat(told).hasValue(before);
		assertThat(this.phone.client().status().lastDownload()).isAfter(earlier.lastDownload());
		this.phone.execute("INSERT INTO note VALUES ('" + key(2) + "', 'mine')");
		this.phone.client().sync();
		assertThat(told.get()).isGreaterThan(before);
	}

}

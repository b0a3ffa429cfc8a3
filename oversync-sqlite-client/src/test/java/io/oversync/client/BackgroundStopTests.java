/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.oversync.client.http.SyncHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A background sync that is stopped while it waits for the server.
 */
class BackgroundStopTests {

	@TempDir
	private Path folder;

	@Test
	void whatTheStopInterruptsIsNoFailure() throws Exception {
		assertThat(failures(this.folder, SyncClient::stop)).isEmpty();
	}

	@Test
	void whatTheCloseEndsIsNoFailure() throws Exception {
		// whether the sync hears of it before it is stopped is up to chance
		for (int i = 0; i < 30; i++) {
			assertThat(failures(Files.createDirectory(this.folder.resolve("phone" + i)), SyncClient::close)).isEmpty();
		}
	}

	/** Returns what a listener is told when a sync is ended that waits for the server. */
	private static List<SyncException> failures(Path folder, Consumer<SyncClient> end) throws Exception {
		CountDownLatch waiting = new CountDownLatch(1);
		SyncHttp silent = (request) -> {
			waiting.countDown();
			new CountDownLatch(1).await();
			throw new AssertionError();
		};
		List<SyncException> failures = new CopyOnWriteArrayList<>();
		try (TestDevice phone = new TestDevice(folder, new ModelServer(), "ann/phone",
				"CREATE TABLE note (id TEXT PRIMARY KEY)", "note")
			.with((builder) -> builder.http(silent))
			.open()) {
			phone.client().addListener(new SyncListener() {

				@Override
				public void onError(SyncException problem) {
					failures.add(problem);
				}

			});
			phone.client().start(Duration.ofHours(1));
			assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
			end.accept(phone.client());
		}
		return failures;
	}

}

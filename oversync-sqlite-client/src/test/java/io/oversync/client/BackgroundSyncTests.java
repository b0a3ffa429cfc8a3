/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BackgroundSyncTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private static final Duration HOUR = Duration.ofHours(1);

	private final ModelServer server = new ModelServer();

	private final List<SyncException> errors = new CopyOnWriteArrayList<>();

	private final List<SyncStatus> statuses = new CopyOnWriteArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.backoff(Duration.ofMillis(5), Duration.ofMillis(20)))
			.open();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onError(SyncException problem) {
				BackgroundSyncTests.this.errors.add(problem);
			}

			@Override
			public void onStatus(SyncStatus status) {
				BackgroundSyncTests.this.statuses.add(status);
			}
		});
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private int rowsOnServer() {
		return this.server.account("ann").live().size();
	}

	@Test
	void syncsAtOnceAndOnRequest() {
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'first')");
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> rowsOnServer() == 1);
		Awaitility.await().until(() -> !this.statuses.isEmpty());
		this.phone.execute("DELETE FROM note");
		this.phone.client().requestSync();
		Awaitility.await().until(() -> rowsOnServer() == 0);
		Awaitility.await().until(() -> this.statuses.get(this.statuses.size() - 1).pending() == 0);
		assertThat(this.statuses.get(this.statuses.size() - 1).lastUpload()).isNotNull();
	}

	@Test
	void syncsAgainAfterTheInterval() {
		this.phone.client().start(Duration.ofMillis(5));
		Awaitility.await().until(() -> this.server.requests().size() > 2);
		assertThat(this.statuses).as("nothing has changed since the first").hasSize(1);
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'first')");
		Awaitility.await().until(() -> rowsOnServer() == 1);
	}

	@Test
	void triesAgainAfterFailures() {
		this.server.loseRequest();
		this.server.answer(500, Map.of(), "{\"error\":\"upload_failed\",\"message\":\"broken\"}");
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'first')");
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> rowsOnServer() == 1);
		assertThat(this.errors).hasSize(2);
		assertThat(this.errors.get(0)).isInstanceOf(NetworkException.class);
		assertThat(this.errors.get(1)).isInstanceOf(ServerException.class).hasMessageContaining("broken");
	}

	@Test
	void triesAgainWhenTheApplicationsOwnCodeFails() {
		int[] calls = { 0 };
		this.phone.with((builder) -> builder.backoff(Duration.ofMillis(5), Duration.ofMillis(20)).token(() -> {
			if (++calls[0] == 1) {
				throw new IllegalStateException("nobody is signed in");
			}
			return "ann/phone";
		})).reopen();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onError(SyncException problem) {
				BackgroundSyncTests.this.errors.add(problem);
			}
		});
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'first')");
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> rowsOnServer() == 1);
		assertThat(this.errors).singleElement()
			.satisfies((problem) -> assertThat(problem).hasMessageContaining("nobody is signed in"));
	}

	@Test
	void waitsAsLongAsTheServerAsksUnlessASyncIsRequested() {
		this.server.answer(503, Map.of("retry-after", "3600"), "");
		this.phone.client().start(Duration.ofMillis(1));
		Awaitility.await().until(() -> this.errors.size() == 1);
		Awaitility.await()
			.during(Duration.ofMillis(200))
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.server.requests().size() == 1);
		this.phone.client().requestSync();
		Awaitility.await().until(() -> this.server.requests().size() > 1);
	}

	@Test
	void survivesEveryRetryAfter() {
		for (String header : List.of("99999999999", "9223372036854775807", "99999999999999999999", "-1", "", "soon",
				"Fri, 31 Dec 9999 23:59:59 GMT")) {
			this.server.answer(503, Map.of("retry-after", header), "");
		}
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> {
			this.phone.client().requestSync();
			return this.errors.size() == 7;
		});
		this.phone.client().requestSync();
		Awaitility.await().until(() -> this.phone.client().status().lastDownload() != null);
	}

	@Test
	void survivesWhateverASyncThrows() {
		List<Throwable> thrown = List.of(new StackOverflowError("deep"), new LinkageError("wrong library"),
				new IOException("checked"), new OutOfMemoryError("made up"));
		int[] calls = { 0 };
		this.phone.with((builder) -> builder.backoff(Duration.ofMillis(5), Duration.ofMillis(20)).token(() -> {
			if (calls[0] < thrown.size()) {
				throwUnchecked(thrown.get(calls[0]++));
			}
			return "ann/phone";
		})).reopen();
		List<String> problems = new CopyOnWriteArrayList<>();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onError(SyncException problem) {
				problems.add(problem.getMessage());
				throwUnchecked(new IOException("the listener fails, too"));
			}
		});
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'first')");
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> rowsOnServer() == 1);
		assertThat(problems).hasSize(thrown.size());
		assertThat(problems.get(0)).contains("deep");
		assertThat(problems.get(2)).contains("checked");
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void throwUnchecked(Throwable throwable) throws E {
		throw (E) throwable;
	}

	@Test
	void anIntervalMayBeForEver() {
		this.phone.client().start(ChronoUnit.FOREVER.getDuration());
		Awaitility.await().until(() -> this.statuses.size() == 1);
		int requests = this.server.requests().size();
		this.phone.client().requestSync();
		Awaitility.await().until(() -> this.server.requests().size() > requests);
	}

	@Test
	void startAgainSyncsAtOnceWithTheNewInterval() {
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> this.statuses.size() == 1);
		int requests = this.server.requests().size();
		this.phone.client().start(Duration.ofMillis(5));
		Awaitility.await().until(() -> this.server.requests().size() > requests + 2);
	}

	@Test
	void anInterruptOfSomebodyElseIsNoStop() {
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> this.statuses.size() == 1);
		Thread background = Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("oversync-client"))
			.findFirst()
			.orElseThrow();
		int requests = this.server.requests().size();
		background.interrupt();
		Awaitility.await().until(() -> this.server.requests().size() > requests);
		assertThat(background.isAlive()).as("an interrupt of somebody else is no stop").isTrue();
	}

	@Test
	void doesNotSpinWhilePaused() {
		this.phone.client().pauseUploads();
		this.phone.client().pauseDownloads();
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'first')");
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> this.statuses.size() == 1);
		assertThat(this.server.requests()).isEmpty();
		assertThat(this.phone.client().uploadOnce().uploaded()).isZero();
		assertThat(this.phone.client().downloadOnce(10).downloaded()).isZero();
		this.phone.client().resumeDownloads();
		Awaitility.await().until(() -> !this.server.requests().isEmpty());
		assertThat(rowsOnServer()).isZero();
		this.phone.client().resumeUploads();
		Awaitility.await().until(() -> rowsOnServer() == 1);
		assertThat(this.statuses).as("one for each wish").hasSizeLessThan(10);
	}

	@Test
	void stopsAlsoWhileARequestIsUnderWay() throws Exception {
		CountDownLatch underWay = new CountDownLatch(1);
		this.server.whileInFlight(() -> {
			underWay.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		this.phone.client().start(HOUR);
		assertThat(underWay.await(10, TimeUnit.SECONDS)).isTrue();
		this.phone.client().stop();
		int requests = this.server.requests().size();
		this.phone.client().requestSync();
		this.phone.client().start(HOUR);
		Awaitility.await().until(() -> this.server.requests().size() > requests);
	}

	@Test
	void aClosedClientSaysSo() {
		this.phone.client().start(HOUR);
		this.phone.client().close();
		this.phone.client().close();
		assertThatIllegalStateException().isThrownBy(() -> this.phone.client().sync()).withMessageContaining("closed");
		assertThatIllegalStateException().isThrownBy(() -> this.phone.client().status());
		assertThatIllegalStateException().isThrownBy(() -> this.phone.client().start(HOUR));
	}

}

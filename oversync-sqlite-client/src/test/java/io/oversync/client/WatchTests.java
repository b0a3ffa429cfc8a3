/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.oversync.client.http.JdkSyncHttp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that learns of news as it comes, over HTTP.
 */
class WatchTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	/** Longer than any test: what arrives was not polled. */
	private static final Duration NEVER = Duration.ofHours(1);

	private final ModelServer model = new ModelServer();

	private final WatchingServer server = new WatchingServer(this.model);

	private final List<SyncException> errors = new CopyOnWriteArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private int keys;

	@AfterEach
	void close() {
		this.server.close();
		if (this.phone != null) {
			this.phone.close();
		}
	}

	private void open() {
		open((builder) -> {
		});
	}

	private void open(Consumer<SyncClientBuilder> settings) {
		this.phone = new TestDevice(this.folder, this.model, "ann/phone", DDL, "note").with((builder) -> {
			builder.server(this.server.url())
				.http(new JdkSyncHttp())
				.backoff(Duration.ofMillis(5), Duration.ofMillis(20));
			settings.accept(builder);
		}).open();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onError(SyncException problem) {
				WatchTests.this.errors.add(problem);
			}
		});
	}

	private void start() {
		open();
		this.phone.client().start(NEVER);
		awaitWatches(1);
	}

	private void awaitWatches(int count) {
		Awaitility.await().until(() -> this.server.watches().size() >= count);
	}

	/** A row of another device. */
	private void change() {
		synchronized (this.model) {
			this.model.account("ann")
				.change("tablet", "app.note", "INSERT", "00000000-0000-0000-0000-%012d".formatted(++this.keys),
						"{\"title\":\"t\"}");
		}
	}

	private void awaitRows(int count) {
		Awaitility.await().until(() -> this.phone.query("SELECT id FROM note").size() == count);
	}

	private long downloads() {
		synchronized (this.model) {
			return this.model.requests().stream().filter((request) -> request.contains("/download")).count();
		}
	}

	@Test
	void fetchesNewsAsItComes() {
		start();
		assertThat(this.server.last().query()).isEqualTo("after=0");
		assertThat(this.server.last().header("Accept")).isEqualTo("text/event-stream");
		assertThat(this.server.last().header("Accept-Encoding")).isEqualTo("identity");
		assertThat(this.server.last().header("Authorization")).isEqualTo("bearer ann/phone");
		assertThat(this.server.last().header("Oversync-Source-ID")).isEqualTo("phone");
		for (int row = 1; row <= 3; row++) {
			change();
			this.server.last().head(row);
			awaitRows(row);
		}
		assertThat(this.server.watches()).hasSize(1);
		assertThat(this.errors).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "event: head\ndata: {\"head\":1}\n\n", "event:head\rdata:{\"head\":1}\r\r",
			"id: 7\r\nevent: head\r\nretry: 3\r\ndata: {\"other\":[{}],\r\ndata: \"head\":1}\r\n\r\n",
			"event: other\ndata: x\n\n:\n\nevent: head\ndata: {\"head\":1}\n\n" })
	void readsEventsInEveryForm(String event) {
		start();
		change();
		for (char part : event.toCharArray()) {
			this.server.last().send(String.valueOf(part));
		}
		awaitRows(1);
	}

	@Test
	void severalEventsAreOneSync() throws Exception {
		start();
		CountDownLatch underWay = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		change();
		this.model.whileInFlight(() -> {
			underWay.countDown();
			try {
				goOn.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		long before = downloads();
		this.server.last().head(1);
		assertThat(underWay.await(30, TimeUnit.SECONDS)).isTrue();
		for (int head = 2; head <= 20; head++) {
			this.server.last().head(head);
		}
		goOn.countDown();
		awaitRows(1);
		for (int i = 2; i <= 20; i++) {
			change();
		}
		this.server.last().head(20);
		awaitRows(20);
		assertThat(downloads() - before).as("one, one for what came meanwhile, and one at the end")
			.isLessThanOrEqualTo(8);
	}

	@Test
	void doesNotSyncForWhatItHas() {
		start();
		change();
		change();
		this.phone.client().sync();
		long before = downloads();
		for (int i = 0; i < 100; i++) {
			this.server.last().head(2);
		}
		Awaitility.await()
			.during(Duration.ofMillis(200))
			.atMost(Duration.ofSeconds(10))
			.until(() -> downloads() == before);
		change();
		this.server.last().head(3);
		awaitRows(3);
		assertThat(downloads() - before).isEqualTo(1);
	}

	@Test
	void aHeadBelowItsOwnMakesItLookAtTheServer() {
		start();
		change();
		change();
		this.server.last().head(2);
		awaitRows(2);
		synchronized (this.model) {
			this.model.account("ann").truncate(1);
		}
		this.server.last().head(1);
		// what the server has lost is sent again
		Awaitility.await().until(() -> {
			synchronized (this.model) {
				return this.model.account("ann").live().size() == 2;
			}
		});
	}

	@Test
	void asksAgainFromWhereItIs() {
		start();
		change();
		this.server.last().head(1);
		awaitRows(1);
		this.server.last().end();
		awaitWatches(2);
		assertThat(this.server.last().query()).isEqualTo("after=1");
		change();
		this.server.last().head(2);
		awaitRows(2);
		this.server.last().send("event: head\ndata: {\"he");
		this.server.last().end();
		awaitWatches(3);
		this.server.last().send("event: head\ndata: nonsense\n\n");
		awaitWatches(4);
		this.server.last().send("data: " + "x".repeat(10_000));
		awaitWatches(5);
		assertThat(this.errors).as("polling goes on").isEmpty();
	}

	@Test
	void renewsATokenThatIsRefused() {
		this.server.refuse(401, Map.of());
		List<String> refused = new CopyOnWriteArrayList<>();
		open((builder) -> builder.renewableToken((old) -> {
			if (old != null) {
				refused.add(old);
			}
			return (old != null) ? "ann/phone/2" : "ann/phone";
		}));
		this.phone.client().start(NEVER);
		awaitWatches(2);
		assertThat(this.server.last().header("Authorization")).isEqualTo("bearer ann/phone/2");
		assertThat(refused).containsExactly("ann/phone");
		change();
		this.server.last().head(1);
		awaitRows(1);
	}

	@Test
	void usesTheTokenOfTheMoment() {
		String[] token = { "ann/phone" };
		open((builder) -> builder.token(() -> token[0]));
		this.phone.client().start(NEVER);
		awaitWatches(1);
		token[0] = "ann/phone/2";
		this.server.last().end();
		awaitWatches(2);
		assertThat(this.server.last().header("Authorization")).isEqualTo("bearer ann/phone/2");
	}

	@Test
	void oneThreadAtATimeAsksForATokenWhichMayBeMissing() {
		int[] within = { 0 };
		int[] most = { 0 };
		int[] calls = { 0 };
		open((builder) -> builder.token(() -> {
			most[0] = Math.max(most[0], ++within[0]);
			Thread.yield();
			within[0]--;
			return (++calls[0] % 3 == 0) ? null : "ann/phone";
		}));
		this.phone.client().start(Duration.ofMillis(1));
		Awaitility.await().until(() -> {
			if (!this.server.watches().isEmpty()) {
				this.server.last().end();
			}
			return calls[0] > 50 && this.server.watches().size() > 3;
		});
		assertThat(most[0]).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 302, 400, 403, 404, 405, 406, 501, 500, 503 })
	void pollsMeanwhileAndTriesAgain(int status) {
		this.server.refuse(status, Map.of());
		open();
		this.phone.client().start(Duration.ofMillis(5));
		change();
		awaitRows(1);
		awaitWatches(2);
		assertThat(this.errors).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 403, 404, 405, 501 })
	void asksRarelyForWhatIsNotOffered(int status) {
		this.server.refuse(status, Map.of("Content-Type", "text/html"));
		assertNotAskedAgain();
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 429, 503 })
	void waitsAsLongAsTheServerAsks(int status) {
		this.server.refuse(status, Map.of("Retry-After", "3600"));
		if (status == 401) {
			// once more with another token
			this.server.refuse(status, Map.of("Retry-After", "3600"));
		}
		open();
		this.phone.client().start(Duration.ofMillis(1));
		int requests = (status == 401) ? 2 : 1;
		awaitWatches(requests);
		long before = downloads();
		Awaitility.await().until(() -> downloads() > before + 50);
		assertThat(this.server.watches()).hasSize(requests);
	}

	private void assertNotAskedAgain() {
		open((builder) -> builder.backoff(Duration.ofMillis(5), Duration.ofHours(1)));
		this.phone.client().start(Duration.ofMillis(1));
		awaitWatches(1);
		long before = downloads();
		Awaitility.await().until(() -> downloads() > before + 50);
		assertThat(this.server.watches()).hasSize(1);
		this.phone.client().start(Duration.ofMillis(1));
		awaitWatches(2);
	}

	@Test
	@Tag("prove")
	void aProxyThatHoldsEventsBackIsNoticed() {
		this.server.begin(Map.of("Content-Type", "text/event-stream", "Oversync-Heartbeat", "1"), "");
		open((builder) -> builder.backoff(Duration.ofMillis(5), Duration.ofHours(1)));
		this.phone.client().start(Duration.ofMillis(50));
		change();
		awaitRows(1);
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.server.watches().size() == 2);
		this.server.begin(Map.of("Content-Type", "text/event-stream"), ":\n\n");
		long before = downloads();
		// more than three signs of life later
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> downloads() > before + 80);
		assertThat(this.server.watches()).hasSize(2);
		assertThat(this.errors).isEmpty();
	}

	@Test
	@Tag("prove")
	void aConnectionThatFallsSilentIsGivenUp() {
		this.server.begin(Map.of("Content-Type", "text/event-stream", "Oversync-Heartbeat", "1"), ":\n\n");
		start();
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.server.watches().size() == 2);
	}

	@Test
	void holdsNoConnectionWhileDownloadsArePaused() {
		start();
		this.phone.client().pauseUploads();
		change();
		this.server.last().head(1);
		awaitRows(1);
		this.phone.client().pauseDownloads();
		Awaitility.await().until(() -> !this.server.last().send(":\n\n"));
		change();
		this.phone.client().sync();
		assertThat(this.server.watches()).hasSize(1);
		this.phone.client().resumeDownloads();
		awaitWatches(2);
		awaitRows(2);
		change();
		this.server.last().head(3);
		awaitRows(3);
	}

	@Test
	void stopEndsItAndStartBeginsAgain() {
		start();
		this.phone.client().stop();
		Awaitility.await().until(() -> !this.server.last().send(":\n\n"));
		assertThat(watchers()).isZero();
		this.phone.client().start(NEVER);
		awaitWatches(2);
		this.phone.client().close();
		Awaitility.await().until(() -> !this.server.last().send(":\n\n"));
		assertThat(watchers()).isZero();
		assertThat(this.server.watches()).hasSize(2);
		assertThat(this.errors).isEmpty();
	}

	private static long watchers() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("oversync-watch"))
			.count();
	}

	@Test
	void canBeSwitchedOffAndNeedsAStreamingTransport() {
		open((builder) -> builder.watch(false));
		this.phone.client().start(Duration.ofMillis(1));
		Awaitility.await().until(() -> downloads() > 20);
		JdkSyncHttp http = new JdkSyncHttp();
		this.phone.with((builder) -> builder.server(this.server.url()).http(http::exchange)).reopen();
		long before = downloads();
		this.phone.client().start(Duration.ofMillis(1));
		Awaitility.await().until(() -> downloads() > before + 20);
		assertThat(this.server.watches()).isEmpty();
	}

	@Test
	void aServerThatIsPutBackIsNoEndlessNews() {
		start();
		this.server.last().head(1_000_000);
		Awaitility.await().until(() -> downloads() >= 2);
		long before = downloads();
		change();
		this.server.last().head(1_000_001);
		awaitRows(1);
		Awaitility.await()
			.during(Duration.ofMillis(200))
			.atMost(Duration.ofSeconds(10))
			.until(() -> downloads() - before <= 2);
	}

}

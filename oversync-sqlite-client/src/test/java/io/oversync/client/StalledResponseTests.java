/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

import com.sun.net.httpserver.HttpServer;
import io.oversync.client.http.SyncHttp;
import io.oversync.client.internal.transport.DeadlineHttp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Responses that do not end: no call of the client waits for ever.
 */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class StalledResponseTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n";

	private static final Duration HOUR = Duration.ofHours(1);

	@TempDir
	private Path folder;

	private TestDevice phone(URI server, Duration timeout) {
		return phone((builder) -> builder.server(server).http(null).timeout(timeout));
	}

	private TestDevice phone(Consumer<SyncClientBuilder> settings) {
		return new TestDevice(this.folder, new ModelServer(), "ann/phone", DDL, "note").with(settings).open();
	}

	@Test
	void aResponseThatStallsAfterItsHeadIsGivenUp() {
		try (StallingServer server = new StallingServer(HEAD, 0);
				TestDevice phone = phone(server.url(), Duration.ofMillis(300))) {
			assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> phone.client().sync())
				.withMessageContaining("stalls after 0 bytes");
			assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> phone.client().hydrate());
			phone.execute("INSERT INTO note VALUES ('00000000-0000-0000-0000-00000000000a', 'first')");
			assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> phone.client().uploadOnce());
			assertThat(phone.client().status().pending()).isEqualTo(1);
		}
	}

	@Test
	void aResponseThatStallsInTheMiddleOfARowIsGivenUp() {
		try (StallingServer server = new StallingServer(HEAD + "{\"changes\":[{\"server_id\":1,\"sch", 0);
				TestDevice phone = phone(server.url(), Duration.ofMillis(300))) {
			assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> phone.client().sync())
				.withMessageContaining("stalls");
			assertThat(phone.client().status().cursor()).isZero();
		}
	}

	@Test
	void anErrorWhoseBodyStallsIsGivenUp() {
		try (StallingServer server = new StallingServer(HEAD.replace("200 OK", "500 Oops"), 0);
				TestDevice phone = phone(server.url(), Duration.ofMillis(300))) {
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> phone.client().sync());
		}
	}

	@Test
	void aResponseThatDripsIsGivenUpAlthoughItIsNeverSilentForLong() {
		try (StallingServer server = new StallingServer(HEAD, 50);
				TestDevice phone = phone(server.url(), Duration.ofMillis(500))) {
			assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> phone.client().sync())
				.withMessageContaining("stalls after");
		}
	}

	@Test
	void stopAndCloseDoNotWaitForAStalledResponse() {
		try (StallingServer server = new StallingServer(HEAD, 0)) {
			TestDevice phone = phone(server.url(), HOUR);
			phone.client().start(HOUR);
			Awaitility.await().until(() -> server.stalled() == 1);
			long start = System.nanoTime();
			phone.client().stop();
			phone.client().start(HOUR);
			Awaitility.await().until(() -> server.stalled() == 2);
			phone.close();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		}
	}

	@Test
	void closeEndsASyncOfAnotherThread() {
		try (StallingServer server = new StallingServer(HEAD, 0)) {
			TestDevice phone = phone(server.url(), HOUR);
			CompletableFuture<SyncResult> sync = CompletableFuture.supplyAsync(() -> phone.client().sync());
			Awaitility.await().until(() -> server.stalled() == 1);
			phone.close();
			assertThat(sync).failsWithin(Duration.ofSeconds(5))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(NetworkException.class)
				.withMessageContaining("The client was closed");
		}
	}

	@Test
	void anInterruptEndsASyncAndIsNotSwallowed() throws Exception {
		try (StallingServer server = new StallingServer(HEAD + "{\"chan", 0);
				TestDevice phone = phone(server.url(), HOUR)) {
			AtomicBoolean interrupted = new AtomicBoolean();
			Thread thread = new Thread(() -> {
				assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> phone.client().sync());
				interrupted.set(Thread.currentThread().isInterrupted());
			});
			thread.start();
			Awaitility.await().until(() -> server.stalled() == 1);
			thread.interrupt();
			thread.join();
			assertThat(interrupted).isTrue();
		}
	}

	@Test
	void anInterruptEndsTheWaitForAnotherSync() throws Exception {
		try (StallingServer server = new StallingServer(HEAD, 0); TestDevice phone = phone(server.url(), HOUR)) {
			phone.client().start(HOUR);
			Awaitility.await().until(() -> server.stalled() == 1);
			Thread thread = new Thread(
					() -> assertThatExceptionOfType(SyncException.class).isThrownBy(() -> phone.client().sync())
						.withMessageContaining("Interrupted"));
			thread.start();
			Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
			thread.interrupt();
			thread.join();
		}
	}

	@Test
	void aTransportThatSwallowsInterruptsHoldsNobodyUp() {
		CountDownLatch never = new CountDownLatch(1);
		CountDownLatch waiting = new CountDownLatch(1);
		TestDevice phone = phone((builder) -> builder.timeout(HOUR).http((request) -> {
			waiting.countDown();
			awaitUninterruptibly(never);
			throw new IOException("at last");
		}));
		phone.client().start(HOUR);
		Awaitility.await().until(() -> waiting.getCount() == 0);
		long start = System.nanoTime();
		phone.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		never.countDown();
	}

	@Test
	void threadsOfATransportThatNeverReturnsDoNotPileUp() throws Exception {
		CountDownLatch never = new CountDownLatch(1);
		SyncHttp.Request request = new SyncHttp.Request("GET", ModelServer.URL, Map.of(), null);
		try (DeadlineHttp http = new DeadlineHttp((any) -> {
			awaitUninterruptibly(never);
			throw new IOException("at last");
		}, Duration.ofMillis(10))) {
			for (int i = 0; i < 8; i++) {
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.exchange(request))
					.withMessageContaining("not answered in time");
			}
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.exchange(request))
				.withMessageContaining("have not returned");
			never.countDown();
			Awaitility.await()
				.untilAsserted(
						() -> assertThatExceptionOfType(IOException.class).isThrownBy(() -> http.exchange(request))
							.withMessageContaining("at last"));
		}
	}

	@Test
	void closeReturnsAlthoughAListenerDoesNotAndTheConnectionIsGivenBackLater() {
		CountDownLatch never = new CountDownLatch(1);
		CountDownLatch waiting = new CountDownLatch(1);
		TestDevice phone = new TestDevice(this.folder, new ModelServer(), "ann/phone", DDL, "note").open();
		phone.client().addListener(new SyncListener() {
			@Override
			public void onStatus(SyncStatus status) {
				waiting.countDown();
				awaitUninterruptibly(never);
			}
		});
		phone.client().start(HOUR);
		Awaitility.await().until(() -> waiting.getCount() == 0);
		long start = System.nanoTime();
		phone.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
		never.countDown();
	}

	@Test
	void aConnectionIsUsedAgain() throws Exception {
		String page = "{\"changes\":[],\"has_more\":false,\"next_after\":0,\"window_until\":0}\n" + " ".repeat(300_000);
		ByteArrayOutputStream zipped = new ByteArrayOutputStream();
		try (OutputStream gzip = new GZIPOutputStream(zipped)) {
			gzip.write(page.getBytes(StandardCharsets.UTF_8));
		}
		Set<Integer> ports = ConcurrentHashMap.newKeySet();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			ports.add(exchange.getRemoteAddress().getPort());
			exchange.getResponseHeaders().add("Content-Encoding", "gzip");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(zipped.toByteArray());
			exchange.close();
		});
		server.start();
		try (TestDevice phone = phone(URI.create("http://localhost:" + server.getAddress().getPort() + "/sync"),
				Duration.ofSeconds(10))) {
			for (int i = 0; i < 5; i++) {
				phone.client().sync();
			}
			assertThat(ports).hasSize(1);
		}
		finally {
			server.stop(0);
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		boolean done = false;
		while (!done) {
			try {
				done = latch.await(20, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				// swallowed
			}
		}
	}

}

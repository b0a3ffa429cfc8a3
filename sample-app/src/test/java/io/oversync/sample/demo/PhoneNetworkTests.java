/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.oversync.client.http.JdkSyncHttp;
import io.oversync.client.http.SyncHttp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a phone's network does when it is cut, against a real server.
 */
class PhoneNetworkTests {

	private final Traffic traffic = new Traffic(() -> {
	});

	private final PhoneNetwork network = new PhoneNetwork("a", new JdkSyncHttp(Duration.ofSeconds(20)), this.traffic,
			true);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch asked = new CountDownLatch(1);

	private final CountDownLatch answer = new CountDownLatch(1);

	private HttpServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/sync/download", (exchange) -> send(exchange, """
				{"changes":[{"server_id":7,"op":"UPDATE","server_version":3}],"has_more":false,"next_after":8}"""));
		this.server.createContext("/sync/upload", (exchange) -> {
			this.asked.countDown();
			await(this.answer);
			send(exchange, """
					{"statuses":[{"status":"applied","new_server_version":2},
					{"status":"conflict","server_row":{"server_version":5}}]}""");
		});
		this.server.createContext("/sync/watch", (exchange) -> {
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write("event: head\ndata: {\"head\":43}\n\n".getBytes(StandardCharsets.UTF_8));
			exchange.getResponseBody().flush();
			await(this.answer);
			exchange.close();
		});
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.answer.countDown();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	@Test
	void showsPositionsAndVersions() throws Exception {
		assertThat(read(get("/sync/download?after=6"))).contains("next_after");
		assertThat(this.traffic.after(0)).singleElement().satisfies((exchange) -> {
			assertThat(exchange.path()).isEqualTo("/sync/download?after=6");
			assertThat(exchange.received()).isEqualTo("UPDATE v3, position 8");
			assertThat(exchange.status()).isEqualTo(200);
		});
	}

	@Test
	void refusesConnectionsWhileItIsCut() throws Exception {
		this.network.cut();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> get("/sync/download?after=6"));
		assertThat(this.traffic.after(0)).extracting(Exchange::problem).containsExactly("no network");
		this.network.connect();
		assertThat(read(get("/sync/download?after=6"))).contains("next_after");
	}

	@Test
	void losesAnAnswerThatIsOnItsWay() throws Exception {
		Future<String> upload = this.threads.submit(() -> read(exchange("POST", "/sync/upload", """
				{"changes":[{"op":"INSERT","server_version":0},{"op":"UPDATE","server_version":4}]}""")));
		await(this.asked);
		this.network.cut();
		this.answer.countDown();
		assertThat(upload).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withRootCauseInstanceOf(IOException.class);
		assertThat(this.traffic.after(0)).singleElement().satisfies((exchange) -> {
			assertThat(exchange.sent()).isEqualTo("INSERT, UPDATE of v4");
			assertThat(exchange.problem()).isEqualTo("cut off");
		});
	}

	@Test
	void showsTheOutcomeOfAnUpload() throws Exception {
		this.answer.countDown();
		read(exchange("POST", "/sync/upload", "{\"changes\":[{\"op\":\"DELETE\",\"server_version\":9}]}"));
		assertThat(this.traffic.after(0)).singleElement().satisfies((exchange) -> {
			assertThat(exchange.sent()).isEqualTo("DELETE of v9");
			assertThat(exchange.received()).isEqualTo("applied as v2, conflict, the server has v5");
		});
	}

	@Test
	void endsAnOpenAnswer() throws Exception {
		SyncHttp.Response watch = get("/sync/watch?after=42");
		byte[] buffer = new byte[1000];
		assertThat(watch.body().read(buffer)).isPositive();
		Future<Integer> next = this.threads.submit(() -> watch.body().read(buffer));
		this.network.cut();
		assertThat(next).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withRootCauseInstanceOf(IOException.class);
		assertThat(this.traffic.after(0)).extracting(Exchange::received)
			.containsExactly("stays open for news", "the head is 43", "");
		assertThat(this.traffic.after(0)).extracting(Exchange::problem).containsExactly(null, null, "cut off");
	}

	@Test
	void keepsTheLastFifty() throws Exception {
		this.network.cut();
		for (int i = 1; i <= 60; i++) {
			int position = i;
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> get("/sync/download?after=" + position));
		}
		assertThat(this.traffic.after(0)).hasSize(50).first().extracting(Exchange::number).isEqualTo(11L);
		assertThat(this.traffic.after(58)).extracting(Exchange::number).containsExactly(59L, 60L);
	}

	private SyncHttp.Response get(String path) throws IOException, InterruptedException {
		return exchange("GET", path, null);
	}

	private SyncHttp.Response exchange(String method, String path, String body)
			throws IOException, InterruptedException {
		URI uri = URI.create("http://localhost:" + this.server.getAddress().getPort() + path);
		return this.network.exchange(new SyncHttp.Request(method, uri, Map.of(),
				(body != null) ? body.getBytes(StandardCharsets.UTF_8) : null));
	}

	private static String read(SyncHttp.Response response) throws IOException {
		try (response) {
			return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static void send(HttpExchange exchange, String json) throws IOException {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

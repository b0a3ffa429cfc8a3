/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

import io.oversync.internal.web.LiveApplication.Jwt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The resources of a Tomcat that a client can hold without syncing: threads, by bodies
 * that are not read, and connections. Tokens are valid if there are any.
 */
@Tag("prove")
@Timeout(120)
class TomcatGuardIntegrationTests {

	private static final int THREADS = 12;

	private static final int CONNECTIONS = 60;

	private static final String TOKEN = "@";

	private static LiveApplication application;

	private final ScheduledExecutorService drops = Executors.newScheduledThreadPool(4);

	private final List<Socket> sockets = new ArrayList<>();

	@BeforeAll
	static void start() {
		application = LiveApplication.start(Jwt.class, "server.tomcat.threads.max=" + THREADS,
				"server.tomcat.max-connections=" + CONNECTIONS, "server.tomcat.connection-timeout=30s",
				"server.tomcat.keep-alive-timeout=60s", "oversync.concurrency.requests-per-user=4");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@AfterEach
	void closeAll() throws IOException {
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.drops.shutdownNow();
	}

	private Socket open(String head) throws IOException {
		Socket socket = new Socket("localhost", application.port());
		this.sockets.add(socket);
		String token = LiveApplication.bearer()[1];
		socket.getOutputStream()
			.write((head.replace("|", "\r\n").replace(TOKEN, "Authorization: " + token) + "\r\nHost: localhost\r\n\r\n")
				.getBytes(StandardCharsets.UTF_8));
		return socket;
	}

	private Future<?> drip(Socket socket, String drop) {
		return Wire.drip(this.drops, socket, drop);
	}

	private static void awaitEnd(Future<?> drops) {
		Awaitility.await().atMost(Duration.ofSeconds(15)).until(drops::isDone);
	}

	@ParameterizedTest
	@ValueSource(strings = { "200 GET /sync/download HTTP/1.1|@|Content-Length: 100000",
			"200 GET /sync/schema-version HTTP/1.1|@|Content-Length: 100000",
			"200 GET /sync/schema-version HTTP/1.1|@|Connection: close|Content-Length: 100000",
			"200 OPTIONS /sync/upload HTTP/1.1|@|Content-Length: 100000",
			"401 POST /sync/upload HTTP/1.1|Content-Type: application/json|Content-Length: 100000",
			"401 GET /app HTTP/1.1|Content-Length: 100000", "404 GET /sync/nothing HTTP/1.1|@|Content-Length: 100000",
			"404 GET /nothing HTTP/1.1|@|Content-Length: 100000",
			"405 DELETE /sync/upload HTTP/1.1|@|Content-Length: 100000",
			"401 TRACE /sync/upload HTTP/1.1|@|Content-Length: 100000",
			"415 POST /sync/upload HTTP/1.1|@|Content-Type: text/html|Content-Length: 100000",
			"415 POST /sync/upload HTTP/1.1|@|Content-Type: multipart/form-data; boundary=b|Content-Length: 100000",
			"415 POST /sync/upload HTTP/1.1|@|Content-Type: application/x-www-form-urlencoded|Content-Length: 100000",
			"405 PUT /sync/upload HTTP/1.1|@|Content-Type: application/x-www-form-urlencoded|Content-Length: 100000",
			"401 PUT /sync/upload HTTP/1.1|Content-Type: application/x-www-form-urlencoded|Content-Length: 100000",
			"401 DELETE /admin/materialize-failures HTTP/1.1|Content-Type: application/x-www-form-urlencoded|Content-Length: 9000000000",
			"400 GET /sync/download?limit=x HTTP/1.1|@|Connection: close|Content-Length: 100000",
			"400 GET /sync/download%00 HTTP/1.1|@|Connection: close|Content-Length: 100000",
			"400 GET /sync%2fdownload HTTP/1.1|@|Connection: close|Content-Length: 100000",
			"200 GET /app HTTP/1.0|@|Content-Length: 100000" })
	void aBodyThatIsNotReadHoldsNoThread(String request) throws Exception {
		long start = System.nanoTime();
		Socket socket = open(request.substring(4));
		Future<?> drops = drip(socket, "x");
		assertThat(Wire.readAll(socket)).startsWith("HTTP/1.1 " + request.substring(0, 3));
		awaitEnd(drops);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
	}

	@Test
	void neitherDoChunks() throws Exception {
		Socket socket = open("GET /sync/download HTTP/1.1|@|Transfer-Encoding: chunked");
		Future<?> drops = drip(socket, "1\r\nx\r\n");
		assertThat(Wire.readAll(socket)).startsWith("HTTP/1.1 200");
		awaitEnd(drops);
	}

	@Test
	void manySuchBodiesLeaveThreadsToTheOthers() throws Exception {
		List<Future<?>> drops = new ArrayList<>();
		for (int i = 0; i < 3 * THREADS; i++) {
			drops.add(drip(open("GET /sync/schema-version HTTP/1.1|@|Content-Length: 100000"), "x"));
			drops.add(drip(open("POST /sync/upload HTTP/1.1|Content-Length: 100000"), "x"));
			assertThat(application.get("/sync/download", LiveApplication.bearer()).statusCode()).isEqualTo(200);
		}
		for (Future<?> drop : drops) {
			awaitEnd(drop);
		}
	}

	/** Some clients read the answer only after sending the body. */
	@Test
	void aBodyThatComesSoonIsTakenAndItsConnectionKept() throws Exception {
		byte[] body = new byte[500_000];
		Socket socket = open("POST /sync/upload HTTP/1.1|Content-Length: " + body.length);
		socket.getOutputStream().write(body);
		for (int i = 0; i < 2; i++) {
			String answer = "";
			while (!answer.contains("\r\n\r\n")) {
				byte[] next = new byte[1];
				assertThat(socket.getInputStream().read(next)).isEqualTo(1);
				answer += (char) next[0];
			}
			assertThat(answer).startsWith("HTTP/1.1 401").doesNotContainIgnoringCase("connection: close");
			socket.getInputStream().readNBytes(contentLength(answer));
			socket.getOutputStream()
				.write("GET /sync/download HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		}
	}

	private static int contentLength(String head) {
		return head.lines()
			.filter((line) -> line.startsWith("Content-Length: "))
			.mapToInt((line) -> Integer.parseInt(line.substring(16)))
			.findFirst()
			.orElse(0);
	}

	@Test
	void noUserKeepsAllConnections() throws Exception {
		List<Socket> kept = new ArrayList<>();
		for (int i = 0; i < 3 * CONNECTIONS; i++) {
			Socket socket = open("GET /app HTTP/1.1|@");
			assertThat(socket.getInputStream().read()).isEqualTo('H');
			kept.add(socket);
		}
		long ended = kept.stream().filter(TomcatGuardIntegrationTests::isEnded).count();
		assertThat(ended).isBetween(2L * CONNECTIONS, 3L * CONNECTIONS - CONNECTIONS / 4);
		assertThat(application.get("/sync/download", LiveApplication.bearer()).statusCode()).isEqualTo(200);
	}

	private static boolean isEnded(Socket socket) {
		try {
			socket.setSoTimeout(500);
			return Wire.readAll(socket).contains("Connection: close");
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Test
	void requestsThatAreSentAtOnceAreNotAllAnswered() throws Exception {
		Socket socket = open("GET /app HTTP/1.1|@|Host: localhost||".repeat(200) + "GET /app HTTP/1.1|@");
		String answers = Wire.readAll(socket);
		assertThat(answers).startsWith("HTTP/1.1 200").contains("Connection: close");
		assertThat(answers.split("HTTP/1.1 200")).hasSize(2);
	}

	@Test
	void whatIsNoEndpointCountsAsARequestOfItsUser() throws Exception {
		for (int i = 0; i < 4; i++) {
			open("POST /sync/upload HTTP/1.1|@|Content-Type: application/json|Content-Length: 1000");
		}
		Awaitility.await().until(() -> status("GET", "/sync/download") == 503);
		for (String path : List.of("/sync/download", "/sync/nothing", "/sync/upload",
				"/admin/materialize-failures/x")) {
			assertThat(status("GET", path)).as(path).isEqualTo(503);
			assertThat(status("OPTIONS", path)).as(path).isEqualTo(503);
		}
	}

	private static int status(String method, String path) {
		return application
			.send(application.request(path).method(method, BodyPublishers.noBody()), LiveApplication.bearer())
			.statusCode();
	}

}

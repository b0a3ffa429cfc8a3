/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.nimbusds.jwt.JWTClaimsSet;
import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.web.LiveApplication.Jwt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The effects of one user on the others, over HTTP with a small pool and few threads.
 */
@Tag("prove")
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class LimitsIntegrationTests {

	private static final int LET_IN = 16;

	private static final Duration GOOD = Duration.ofSeconds(1);

	private final LiveApplication application = LiveApplication.start(Jwt.class,
			"spring.datasource.hikari.maximum-pool-size=5", "server.tomcat.threads.max=120",
			"oversync.upload.lock-timeout=5s", "oversync.upload.grace=2s", "oversync.upload.memory=2MB",
			"server.tomcat.connection-timeout=3s");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger ids = new AtomicInteger();

	private final List<Socket> sockets = new ArrayList<>();

	@AfterEach
	void stop() throws IOException {
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.threads.shutdown();
		this.application.close();
	}

	private static String[] as(String user) {
		return LiveApplication.bearer(new JWTClaimsSet.Builder().subject(user).claim("did", "phone"));
	}

	private HttpResponse<String> upload(String user) {
		String pk = UUID.randomUUID().toString();
		return this.application.post("/sync/upload",
				LiveApplication.UPLOAD
					.replace("\"source_change_id\":1", "\"source_change_id\":" + this.ids.incrementAndGet())
					.replaceFirst("\"pk\":\"[^\"]+\"", "\"pk\":\"" + pk + "\""),
				as(user));
	}

	private HttpResponse<String> download(String user) {
		return this.application.get("/sync/download?include_self=true", as(user));
	}

	private static void assertGood(Callable<HttpResponse<String>> request) throws Exception {
		long start = System.nanoTime();
		assertThat(request.call().statusCode()).isEqualTo(200);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(GOOD);
	}

	private static void assertUnavailable(HttpResponse<String> answer) {
		assertThat(answer.statusCode()).isEqualTo(503);
		assertThat(answer.headers().firstValue("Retry-After")).isPresent();
		assertThat(answer.body()).contains("\"temporarily_unavailable\"");
	}

	private Connection connect() throws SQLException {
		return this.application.context().getBean(DataSource.class).getConnection();
	}

	@Test
	void aUserWhoSendsTooMuchStopsNobody() throws Exception {
		upload("ann");
		upload("ben");
		List<Future<HttpResponse<String>>> uploads = new ArrayList<>();
		try (Connection slow = connect(); Statement statement = slow.createStatement()) {
			slow.setAutoCommit(false);
			statement.execute("select * from sync.stream where user_id = 'ann' for update");
			for (int i = 0; i < 160; i++) {
				uploads.add(this.threads.submit(() -> upload("ann")));
			}
			Awaitility.await().until(() -> uploads.stream().filter(Future::isDone).count() == 160 - LET_IN);
			for (int i = 0; i < 20; i++) {
				assertGood(() -> upload("ben"));
				assertGood(() -> download("ben"));
			}
			slow.rollback();
		}
		int uploaded = 0;
		for (Future<HttpResponse<String>> upload : uploads) {
			if (upload.get().statusCode() == 200) {
				uploaded++;
			}
			else {
				assertUnavailable(upload.get());
			}
		}
		assertThat(uploaded).isEqualTo(LET_IN);
		assertEverythingIsGivenBack();
	}

	private void assertEverythingIsGivenBack() throws Exception {
		for (int i = 0; i < 2 * LET_IN; i++) {
			assertGood(() -> upload("ann"));
		}
		HikariDataSource pool = this.application.context().getBean(HikariDataSource.class);
		Awaitility.await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
	}

	/** The pool's own timeout is 30 seconds, the request's 8. */
	@Test
	void aPoolThatTheApplicationUsesUpIsWaitedForOnce(CapturedOutput output) throws Exception {
		upload("ann");
		List<Connection> all = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			all.add(connect());
		}
		List<Future<HttpResponse<String>>> answers = new ArrayList<>();
		long start = System.nanoTime();
		for (String user : List.of("ann", "ben", "cid", "dan", "eve", "fay", "gus", "hal")) {
			answers.add(this.threads.submit(() -> upload(user)));
			answers.add(this.threads.submit(() -> download(user)));
		}
		for (Future<HttpResponse<String>> answer : answers) {
			assertUnavailable(answer.get());
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(7),
				Duration.ofSeconds(10));
		for (Connection connection : all) {
			connection.close();
		}
		assertThat(lines(output, "A sync request failed: ")).isBetween(1L, 10L);
		assertThat(output).doesNotContain("\tat io.oversync");
		assertEverythingIsGivenBack();
	}

	private static long lines(CapturedOutput output, String text) {
		return output.toString().lines().filter((line) -> line.contains(text)).count();
	}

	@Test
	void aUserWhoseBodiesStallIsLetInOnlySoOften(CapturedOutput output) throws Exception {
		upload("ben");
		List<Socket> stalled = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			stalled.add(send("ann", "Content-Length: 1000000\r\n\r\n{\"changes\":["));
		}
		int refused = 0;
		for (int i = 0; i < 20; i++) {
			assertGood(() -> upload("ben"));
			assertGood(() -> download("ben"));
		}
		for (Socket socket : stalled) {
			String answer = Wire.readAll(socket);
			assertThat(answer).doesNotContain(" 200 ");
			if (answer.startsWith("HTTP/1.1 503") && answer.contains("too many requests at a time")) {
				assertThat(answer).contains("Retry-After: 1", "temporarily_unavailable").endsWith("}");
				refused++;
			}
		}
		assertThat(refused).isGreaterThanOrEqualTo(100 - 2 * LET_IN);
		assertThat(output).doesNotContain("\tat ").doesNotContain(" ERROR ");
		assertEverythingIsGivenBack();
	}

	@Test
	void aBodyThatTricklesInIsEndedWithItsConnection(CapturedOutput output) throws Exception {
		upload("ann");
		Socket socket = send("ann", "Content-Length: 1000000\r\n\r\n{\"changes\":[");
		ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
		Future<?> trickle = Wire.drip(timer, socket, " ");
		assertThat(Wire.readAll(socket)).startsWith("HTTP/1.1 503").contains("came in too slowly", "Retry-After: 1");
		Awaitility.await().until(trickle::isDone);
		timer.shutdown();
		assertThat(output).doesNotContain("\tat ").doesNotContain(" ERROR ");
		assertEverythingIsGivenBack();
	}

	@Test
	void aClientThatHangsUpIsNotWorthALine(CapturedOutput output) throws Exception {
		String body = "x".repeat(100_000);
		for (int i = 0; i < 60; i++) {
			this.application.post("/sync/upload",
					LiveApplication.UPLOAD
						.replace("\"source_change_id\":1", "\"source_change_id\":" + this.ids.incrementAndGet())
						.replaceFirst("\"pk\":\"[^\"]+\"", "\"pk\":\"" + UUID.randomUUID() + "\"")
						.replace("\"x\"", "\"" + body + "\""),
					as("ann"));
		}
		for (int i = 0; i < 10; i++) {
			Socket reader = request("ann", "GET /sync/download?include_self=true&limit=1000 HTTP/1.1", "\r\n");
			assertThat(reader.getInputStream().readNBytes(100)).hasSize(100);
			reader.setSoLinger(true, 0);
			reader.close();
			Socket writer = send("ann", "Content-Length: 1000\r\n\r\n{\"changes\":[");
			writer.setSoLinger(true, 0);
			writer.close();
		}
		HikariDataSource pool = this.application.context().getBean(HikariDataSource.class);
		Awaitility.await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
		assertEverythingIsGivenBack();
		assertThat(output).doesNotContain("\tat ").doesNotContain(" ERROR ").doesNotContain(" WARN ");
	}

	@Test
	void anUploadThatTakesTooMuchMemoryIsTooLarge() throws Exception {
		upload("ann");
		for (String body : List.of("{\"changes\":[" + "{},".repeat(4000) + "{}]}",
				LiveApplication.UPLOAD.replace("\"x\"", "\"" + "x".repeat(600_000) + "\""),
				"{\"unknown\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}")) {
			HttpResponse<String> answer = this.application.post("/sync/upload", body, as("ann"));
			assertThat(answer.statusCode()).isEqualTo(413);
			assertThat(answer.body()).contains("\"request_too_large\"").contains("send smaller uploads");
		}
		assertEverythingIsGivenBack();
	}

	private Socket send(String user, String rest) throws IOException {
		return request(user, "POST /sync/upload HTTP/1.1\r\nContent-Type: application/json", rest);
	}

	private Socket request(String user, String first, String rest) throws IOException {
		Socket socket = new Socket("localhost", this.application.port());
		this.sockets.add(socket);
		String[] token = as(user);
		socket.getOutputStream()
			.write((first + "\r\nHost: localhost\r\n" + token[0] + ": " + token[1] + "\r\n" + rest)
				.getBytes(StandardCharsets.UTF_8));
		return socket;
	}

}

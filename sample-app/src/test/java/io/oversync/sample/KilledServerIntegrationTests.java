/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.oversync.test.FreePort;
import io.oversync.test.JavaProcess;
import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The server process is killed in the middle of uploads, again and again; clients repeat
 * their changes until they get an answer.
 */
@Tag("prove")
class KilledServerIntegrationTests {

	private static final String SECRET = "secret-of-the-tests-with-enough-characters";

	private static final int DEVICES = 4;

	private static final int BATCHES = 40;

	private static final int BATCH = 100;

	private static final int KILLS = 3;

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger retried = new AtomicInteger();

	@TempDir
	Path logs;

	@Test
	void everyChangeIsAppliedExactlyOnce() throws Exception {
		String database = TestPostgres.createDatabase();
		int port = FreePort.find();
		JavaProcess server = start(database, port);
		ExecutorService devices = Executors.newFixedThreadPool(DEVICES);
		try {
			List<Future<?>> uploads = new ArrayList<>();
			for (int i = 0; i < DEVICES; i++) {
				String device = "device-" + i;
				uploads.add(devices.submit(() -> uploadAll(port, device)));
			}
			int step = DEVICES * BATCHES / (KILLS + 1);
			for (int kill = 1; kill <= KILLS; kill++) {
				int answers = kill * step;
				Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.answered.get() >= answers);
				server.close();
				server = start(database, port);
			}
			for (Future<?> upload : uploads) {
				upload.get();
			}
		}
		finally {
			server.close();
			devices.shutdownNow();
		}
		assertThat(this.retried.get()).as("requests that were cut off").isPositive();
		JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(database));
		int changes = DEVICES * BATCHES * BATCH;
		assertThat(count(jdbc, "select count(*) from sync.server_change_log")).isEqualTo(changes);
		assertThat(count(jdbc, "select count(distinct (source_id, source_change_id)) from sync.server_change_log"))
			.isEqualTo(changes);
		assertThat(count(jdbc, "select max(server_id) from sync.server_change_log")).isEqualTo(changes);
		assertThat(count(jdbc, "select count(*) from business.users")).isEqualTo(changes);
		assertThat(count(jdbc, "select count(*) from sync.sync_row_meta where server_version <> 1")).isZero();
	}

	private static long count(JdbcTemplate jdbc, String sql) {
		Long count = jdbc.queryForObject(sql, Long.class);
		return (count != null) ? count : -1;
	}

	private void uploadAll(int port, String device) {
		String[] token = { signIn(port, device) };
		for (int batch = 0; batch < BATCHES; batch++) {
			int first = batch * BATCH + 1;
			String body = IntStream.range(first, first + BATCH)
				.mapToObj(KilledServerIntegrationTests::change)
				.collect(Collectors.joining(",", "{\"changes\":[", "]}"));
			String answer = sendUntilAnswered(HttpRequest.newBuilder(uri(port, "/sync/upload"))
				.timeout(Duration.ofSeconds(20))
				.header("Authorization", "Bearer " + token[0])
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString(body))
				.build());
			assertThat(answer.split("\"status\":\"applied\",\"new_server_version\":1", -1)).hasSize(BATCH + 1);
			this.answered.incrementAndGet();
		}
	}

	private static String change(int id) {
		return "{\"source_change_id\":" + id
				+ ",\"schema\":\"business\",\"table\":\"users\",\"op\":\"INSERT\",\"pk\":\"" + UUID.randomUUID()
				+ "\",\"server_version\":0,\"payload\":{\"name\":\"n\",\"email\":\"e\"}}";
	}

	private String signIn(int port, String device) {
		String answer = sendUntilAnswered(HttpRequest.newBuilder(uri(port, "/dummy-signin"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"user\":\"alice\",\"password\":\"x\",\"device\":\"" + device + "\"}"))
			.build());
		return answer.replaceFirst(".*\"token\":\"([^\"]*)\".*", "$1");
	}

	private String sendUntilAnswered(HttpRequest request) {
		while (true) {
			try {
				HttpResponse<String> answer = this.http.send(request, BodyHandlers.ofString());
				if (answer.statusCode() == 200) {
					return answer.body();
				}
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
			}
			catch (ConnectException ex) {
				Thread.onSpinWait();
			}
			catch (IOException ex) {
				this.retried.incrementAndGet();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	private JavaProcess start(String database, int port) {
		JavaProcess server = JavaProcess.start(this.logs, this.logs.resolve("server.log"),
				JavaProcess.command(List.of("-XX:TieredStopAtLevel=1"), SampleApplication.class,
						List.of("--server.port=" + port, "--spring.datasource.url=" + database,
								"--sample.jwt.secret=" + SECRET)));
		server.await(() -> isHealthy(port), Duration.ofSeconds(90));
		return server;
	}

	private boolean isHealthy(int port) throws InterruptedException {
		try {
			return this.http.send(HttpRequest.newBuilder(uri(port, "/health")).build(), BodyHandlers.discarding())
				.statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static URI uri(int port, String path) {
		return URI.create("http://localhost:" + port + path);
	}

}

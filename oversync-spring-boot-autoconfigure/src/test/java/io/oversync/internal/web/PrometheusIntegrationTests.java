/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.test.JavaProcess;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The alerts, the dashboard's queries and the configuration of {@code monitoring/} in a
 * real Prometheus that reads a live application.
 */
@Tag("prove")
@EnabledIf(value = "isInstalled",
		disabledReason = "needs prometheus and promtool on the path (Debian: prometheus, promtool is part of it)")
class PrometheusIntegrationTests {

	private static final Path MONITORING = Path.of("../monitoring").toAbsolutePath().normalize();

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static final JsonMapper JSON = new JsonMapper();

	@TempDir
	private static Path folder;

	private static LiveApplication application;

	private static JavaProcess prometheus;

	private static int port;

	static boolean isInstalled() {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((entry) -> Files.isExecutable(Path.of(entry, "prometheus"))
					&& Files.isExecutable(Path.of(entry, "promtool")));
	}

	@BeforeAll
	static void scrapes() throws Exception {
		application = LiveApplication.start(Jwt.class, "oversync.metrics.interval=1s",
				"management.endpoints.web.exposure.include=*");
		TestPostgres.execute(application.url(), "alter table app.note add constraint short check (length(body) < 10)");
		// the table refuses it
		application.post("/sync/upload",
				LiveApplication.UPLOAD.replace("{\"bodyText\":\"x\"}", "{\"body\":\"longer than that\"}"),
				LiveApplication.bearer());
		application.get("/sync/download?after=1000", LiveApplication.bearer());
		application.get("/sync/download?after=-1", LiveApplication.bearer());
		try (ServerSocket free = new ServerSocket(0)) {
			port = free.getLocalPort();
		}
		Files.writeString(folder.resolve("prometheus.yml"), configuration());
		prometheus = JavaProcess.start(folder, folder.resolve("prometheus.log"), List.of("prometheus",
				"--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:" + port));
		prometheus.await(() -> hasSamples(3), Duration.ofMinutes(1));
	}

	@AfterAll
	static void stop() {
		try (LiveApplication closed = application) {
			if (prometheus != null) {
				prometheus.close();
			}
		}
	}

	/** The one of the sample, for this application. */
	private static String configuration() throws IOException {
		String shipped = Files.readString(MONITORING.resolve("prometheus.yml"));
		String changed = shipped.replace("host.docker.internal:8082", "127.0.0.1:" + application.port())
			.replace("_interval: 5s", "_interval: 1s")
			.replace("_interval: 15s", "_interval: 1s")
			.replace("- alerts.yml", "- " + MONITORING.resolve("alerts.yml"))
			.replace("metrics_path:", "authorization: { credentials: "
					+ LiveApplication.bearer()[1].replace("Bearer ", "") + " }\n    metrics_path:");
		assertThat(changed).contains("127.0.0.1:", "1s", MONITORING.toString(), "credentials").doesNotContain("5s");
		return changed;
	}

	private static boolean hasSamples(int count) {
		try {
			JsonNode samples = query("min(count_over_time(oversync_streams[1m]))");
			return !samples.isEmpty() && samples.get(0).get("value").get(1).asInt() >= count;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Returns the result of a query. */
	private static JsonNode query(String query) throws IOException {
		JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
		assertThat(answer.path("status").asString()).as("%s: %s", query, answer).isEqualTo("success");
		return answer.get("data").get("result");
	}

	private static JsonNode get(String path) throws IOException {
		try {
			HttpResponse<String> answer = HTTP.send(
					HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
					BodyHandlers.ofString());
			if (answer.statusCode() != 200) {
				// not ready yet, in plain text
				throw new IOException(path + " was answered " + answer.statusCode() + " " + answer.body());
			}
			return JSON.readTree(answer.body());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
	}

	@Test
	void eachQueryOfTheDashboardHasAnAnswer() throws IOException {
		List<String> queries = new ArrayList<>();
		JSON.readTree(Files.readString(MONITORING.resolve("grafana-dashboard.json")))
			.findValues("expr")
			.forEach((query) -> queries.add(query.asString().replace("$__rate_interval", "1m")));
		assertThat(queries).hasSizeGreaterThan(20);
		List<String> without = new ArrayList<>();
		for (String query : queries) {
			if (query(query).isEmpty()) {
				without.add(query);
			}
		}
		assertThat(without).isEmpty();
	}

	@Test
	void alertsAreEvaluated() throws IOException {
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			List<String> health = new ArrayList<>();
			for (JsonNode rule : get("/api/v1/rules").at("/data/groups/0/rules")) {
				health.add(rule.path("health").asString() + rule.path("lastError").asString(""));
			}
			assertThat(health).hasSizeGreaterThan(5).containsOnly("ok");
		});
		// it is due for ten minutes before it fires
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(
					() -> assertThat(get("/api/v1/alerts").toString()).contains("OversyncRowsRefused", "pending"));
	}

	@Test
	void eachAlertFiresForItsFaultAndNotForWhatLooksLikeIt() throws Exception {
		Path log = folder.resolve("promtool.log");
		Process process = new ProcessBuilder("promtool", "test", "rules",
				MONITORING.resolve("alerts-test.yml").toString())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		assertThat(process.waitFor()).as(Files.readString(log)).isZero();
		String tests = Files.readString(MONITORING.resolve("alerts-test.yml"));
		assertThat(Files.readAllLines(MONITORING.resolve("alerts.yml"))
			.stream()
			.filter((line) -> line.contains("- alert: "))
			.map((line) -> line.replace("- alert: ", "").strip())).isNotEmpty()
			.allSatisfy((alert) -> assertThat(tests).containsPattern("alertname: " + alert + "\\R +exp_alerts"));
	}

}

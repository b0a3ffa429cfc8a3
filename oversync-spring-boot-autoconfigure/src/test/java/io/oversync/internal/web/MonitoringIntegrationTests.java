/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.oversync.internal.actuate.PhaseTimers;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Meters, health, information and the endpoint of a live application.
 */
class MonitoringIntegrationTests {

	private static final String ROW = "550e8400-e29b-41d4-a716-44665544000";

	private static final Pattern METRIC = Pattern.compile("\\boversync_[a-z_]+");

	private static LiveApplication application;

	@BeforeAll
	static void syncs() {
		application = LiveApplication.start(Jwt.class, "oversync.metrics.interval=1s",
				"management.endpoints.web.exposure.include=*", "management.endpoint.health.show-details=always");
		TestPostgres.execute(application.url(), "alter table app.note add constraint short check (length(body) < 10)");
		upload(1, "app", ROW + "1", 0, "short");
		// once more
		upload(1, "app", ROW + "1", 0, "short");
		// a conflict
		upload(2, "app", ROW + "1", 7, "other");
		// the table refuses it
		upload(3, "app", ROW + "2", 0, "longer than the constraint allows");
		upload(4, "other", ROW + "3", 0, "a table that is not registered");
		application.get("/sync/download?include_self=true", LiveApplication.bearer());
		application.get("/sync/download?after=1000", LiveApplication.bearer());
		application.get("/sync/changes?include_self=true", LiveApplication.bearer());
		application.get("/sync/download?after=-1", LiveApplication.bearer());
		TestPostgres.execute(application.url(), "insert into app.note values ('" + ROW + "5', 'alice', 'written')");
		application.get("/sync/download?after=2", LiveApplication.bearer());
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private static void upload(int id, String schema, String pk, int version, String body) {
		String change = """
				{"changes":[{"source_change_id":%d,"schema":"%s","table":"note","op":"%s","pk":"%s",
				"server_version":%d,"payload":{"id":"%s","body":"%s"}}]}""".formatted(id, schema,
				(version == 0) ? "INSERT" : "UPDATE", pk, version, pk, body);
		assertThat(application.post("/sync/upload", change, LiveApplication.bearer()).statusCode()).isEqualTo(200);
	}

	private static String scrape() {
		return application.get("/actuator/prometheus", LiveApplication.bearer()).body();
	}

	@Test
	void changesAreCountedByOutcomeAndReason() {
		assertThat(scrape())
			.contains("oversync_changes_total{outcome=\"applied\",reason=\"none\",table=\"app.note\"} 3.0",
					"oversync_changes_total{outcome=\"conflict\",reason=\"none\",table=\"app.note\"} 1.0",
					"oversync_changes_total{outcome=\"invalid\",reason=\"unregistered_table\",table=\"other\"} 1.0",
					"oversync_replays_total 1.0", "oversync_upload_seconds_count{outcome=\"success\"} 5",
					"oversync_absorbed_total 1.0", "oversync_download_changes_sum{kind=\"changes\"} 2.0",
					"oversync_downloads_beyond_head_total 1.0",
					"oversync_requests_failed_total{cause=\"invalid_request\"} 1.0", "oversync_watchers 0.0",
					"oversync_upload_phase_seconds_count{error=\"none\",phase=\"plan\"} 5",
					"oversync_upload_phase_seconds_count{error=\"none\",phase=\"parse\"} 5")
			.containsPattern("oversync_materialize_failures_total\\{table=\"app.note\"} [1-9]");
	}

	@Test
	void phasesAreOnlyTimedWhereObservationsWouldOnlyBeTimed() {
		assertThat(application.context().getBean("oversyncPhases")).isInstanceOf(PhaseTimers.class);
	}

	@Test
	void gaugesAreReadByTheBackground() {
		await().untilAsserted(
				() -> assertThat(scrape()).contains("oversync_materialize_failures_open{table=\"app.note\"} 1.0",
						"oversync_streams 1.0", "oversync_capture_waiting 0.0"));
	}

	@Test
	void noTagNamesAUserOrADevice() {
		assertThat(scrape().lines().filter((line) -> line.startsWith("oversync_")))
			.noneMatch((line) -> line.contains("alice") || line.contains("phone") || line.contains(ROW));
	}

	@ParameterizedTest
	@ValueSource(strings = { "grafana-dashboard.json", "alerts.yml" })
	void dashboardAndAlertsUseMetricsThatExist(String file) throws IOException {
		Set<String> used = metrics(Files.readString(Path.of("../monitoring", file)));
		assertThat(used).hasSizeGreaterThan(5);
		assertThat(metrics(scrape())).containsAll(used);
	}

	@Test
	void theDashboardShowsEachMeter() throws IOException {
		Set<String> shown = families(metrics(Files.readString(Path.of("../monitoring/grafana-dashboard.json"))));
		assertThat(shown).containsAll(families(metrics(scrape())));
	}

	@Test
	void theDocumentationNamesEachMeter() throws IOException {
		String text = Files.readString(Path.of("../docs/monitoring.md"));
		assertThat(families(metrics(scrape()))).allSatisfy((family) -> assertThat(text).contains("`" + family));
	}

	private static Set<String> metrics(String text) {
		return METRIC.matcher(text)
			.results()
			.map((match) -> match.group())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/** Without the suffixes of Prometheus. */
	private static Set<String> families(Set<String> metrics) {
		return metrics.stream()
			.map((name) -> name.replaceAll("_(count|sum|max|bucket|total)$", ""))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	@Test
	void healthHasNoDataOfUsers() {
		String health = application.get("/actuator/health/oversync", LiveApplication.bearer()).body();
		assertThat(health).contains("\"status\":\"UP\"", "\"capture\":true", "waitingRows").doesNotContain("alice");
	}

	@Test
	void isDownWithoutTheSyncSchema() {
		try (LiveApplication broken = LiveApplication.start(Jwt.class, "management.endpoints.web.exposure.include=*",
				"management.endpoint.health.show-details=always")) {
			TestPostgres.execute(broken.url(), "alter schema sync rename to gone");
			assertThat(broken.get("/actuator/health/oversync", LiveApplication.bearer()).body())
				.contains("\"status\":\"DOWN\"");
		}
	}

	@Test
	void infoHasVersionTablesAndEpoch() {
		JsonNode info = json(application.get("/actuator/info", LiveApplication.bearer()).body()).get("oversync");
		assertThat(info.get("version").asString()).isNotEmpty();
		assertThat(info.get("tables").get(0).asString()).isEqualTo("app.note");
		assertThat(info.get("epoch").asString()).isNotEmpty();
	}

	@Test
	void theEndpointShowsTheServerAndAUser() {
		JsonNode server = json(application.get("/actuator/oversync", LiveApplication.bearer()).body());
		assertThat(server.get("streams").asInt()).isEqualTo(1);
		assertThat(server.get("tables").get(0).get("ownerColumn").asString()).isEqualTo("owner_id");
		String alice = application.get("/actuator/oversync/alice", LiveApplication.bearer()).body();
		assertThat(json(alice).get("head").asInt()).isEqualTo(3);
		assertThat(json(alice).get("devices").get(0).get("id").asString()).isEqualTo("phone");
		assertThat(json(alice).get("failures").get(0).get("table").asString()).isEqualTo("app.note");
		assertThat(alice).doesNotContain("longer than the constraint allows\"}");
	}

	@Test
	void theEndpointWorksOnTablesAndUsers() {
		long failure = json(application.get("/actuator/oversync/alice", LiveApplication.bearer()).body())
			.get("failures")
			.get(0)
			.get("id")
			.asLong();
		assertThat(operate("/alice", "{\"operation\":\"retry\",\"failure\":" + failure + "}"))
			.contains("\"applied\":false", "short");
		assertThat(operate("", "{\"operation\":\"rematerialize\",\"table\":\"app.note\"}")).contains("\"failed\":1");
		assertThat(operate("", "{\"operation\":\"check\",\"table\":\"app.note\"}")).contains("\"differing\":0",
				"\"complete\":true");
		assertThat(operate("/alice", "{\"operation\":\"preview\"}")).contains("\"outcome\":\"LEFT\"",
				"\"expirable\":0");
		assertThat(operate("/alice", "{\"operation\":\"revoke\",\"device\":\"tablet\"}")).contains("true");
		assertThat(operate("/alice", "{\"operation\":\"forget\",\"device\":\"tablet\"}")).contains("true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"operation\":\"drop\"}", "{\"operation\":\"retry\"}",
			"{\"operation\":\"retry\",\"failure\":4711}", "{\"operation\":\"revoke\"}", "{}" })
	void aWrongOperationIsRefused(String body) {
		assertThat(application.post("/actuator/oversync/alice", body, LiveApplication.bearer()).statusCode())
			.isEqualTo(400);
	}

	private static String operate(String path, String body) {
		return application.post("/actuator/oversync" + path, body, LiveApplication.bearer()).body();
	}

	@Test
	void theEndpointIsNotExposedUnlessToldSo() {
		try (LiveApplication usual = LiveApplication.start(Jwt.class)) {
			assertThat(usual.get("/actuator/oversync", LiveApplication.bearer()).statusCode()).isEqualTo(404);
		}
	}

	private static JsonNode json(String text) {
		return JsonMapper.shared().readTree(text);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.scenario.OddScenarios;
import io.oversync.simulator.scenario.Scenarios;
import io.oversync.test.ApplicationServer;
import io.oversync.verification.device.ServerTables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("prove")
class SimulatorIntegrationTests {

	private static final Programs ODD = new Programs(
			List.of(OddScenarios.different(), OddScenarios.broken(), OddScenarios.offline(), Scenarios.all().get(0)),
			List.of());

	private static final List<String> SCENARIOS = List.of("fresh-install", "normal-usage", "reinstall",
			"device-replacement", "offline-online", "conflicts", "user-switch", "fk-batch-retry", "refused-deletes",
			"complex-multi-batch", "multi-device-sync", "multi-device-complex", "files-sync");

	private static ApplicationServer server;

	private static ServerTables tables;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
		tables = new ServerTables(server.jdbcUrl(), SampleTable.ALL);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5 })
	void allScenariosPassAndAreReported(int users) throws Exception {
		SimulatorRun simulator = new SimulatorRun();
		Path report = this.folder.resolve("report.json");
		int status = simulator.run(against(server, "--verify-db=" + server.jdbcUrl(), "--parallel=" + users,
				"--report=" + report, "--seed=11"));
		assertThat(status).as(simulator.printed()).isZero();
		assertThat(simulator.printed()).contains(SCENARIOS.stream().map((name) -> "PASS " + name).toList())
			.contains("seed 11")
			.containsPattern("(?m)^scenario +users +result +seconds +p50 +max +rows up +rows down +conflicts$")
			.containsPattern("(?m)^reinstall +" + users + " +PASS ")
			.doesNotContain("FAIL");
		assertThat(simulator.printed().contains("the phone is installed again")).isEqualTo(users == 1);
		JsonNode json = new JsonMapper().readTree(Files.readString(report));
		assertThat(json.propertyNames()).containsExactly("seed", "server", "parallel", "started", "seconds",
				"scenarios");
		assertThat(json.path("seed").asLong()).isEqualTo(11);
		assertThat(json.path("server").asString()).isEqualTo(server.baseUrl());
		assertThat(json.path("parallel").asInt()).isEqualTo(users);
		assertThat(json.path("scenarios").valueStream().map((scenario) -> scenario.path("name").asString()))
			.containsExactlyElementsOf(SCENARIOS);
		for (JsonNode scenario : json.path("scenarios")) {
			assertThat(scenario.propertyNames()).containsExactly("name", "users", "passed", "failed", "seconds",
					"rows_up", "rows_down", "conflicts", "figures", "failures");
			assertThat(scenario.path("passed").asInt()).isEqualTo(users);
			assertThat(scenario.path("rows_up").asInt()).isGreaterThanOrEqualTo(3 * users);
			assertThat(scenario.path("failures")).isEmpty();
		}
	}

	@Test
	void aFailedScenarioIsShownAndTheOthersArePlayed() throws Exception {
		SimulatorRun simulator = new SimulatorRun(ODD);
		Path report = this.folder.resolve("report.json");
		assertThat(simulator.run(against(server, "--report=" + report))).isEqualTo(1);
		assertThat(simulator.printed()).contains("FAIL different", "FAIL broken", "FAIL offline", "PASS fresh-install")
			.containsPattern("the server's stream and ann-\\w+-different-1/tablet differ in 1 rows:")
			.contains("tablet: no such row")
			.contains("java.lang.IllegalStateException: Nobody expected this", "  at io.oversync.simulator.scenario.")
			.containsPattern("ann-\\w+-offline-1/phone: io.oversync.client.NetworkException: ");
		JsonNode scenarios = new JsonMapper().readTree(Files.readString(report)).path("scenarios");
		assertThat(scenarios).hasSize(4);
		assertThat(scenarios.path(0).path("failed").asInt()).isEqualTo(1);
		assertThat(scenarios.path(0).path("passed").asInt()).isZero();
		assertThat(scenarios.path(0).path("failures").path(0).path("message").asString()).contains("no such row");
		assertThat(scenarios.path(0).path("failures").path(0).path("user").asString()).endsWith("-different-1");
		assertThat(scenarios.path(3).path("passed").asInt()).isEqualTo(1);
	}

	@Test
	void ofManyFailuresTheFirstAreShown() {
		SimulatorRun simulator = new SimulatorRun(ODD);
		assertThat(simulator.run(against(server, "--scenario=broken", "--parallel=5"))).isEqualTo(1);
		assertThat(simulator.printed()).contains("5 of 5 users", "-broken-1: ", "-broken-3: ", "and 2 more users")
			.doesNotContain("-broken-4: ");
	}

	@Test
	void theSameSeedPlaysTheSameEdits() {
		List<String> first = rowsAfterRunWith("--seed=7");
		assertThat(first).isNotEmpty();
		assertThat(rowsAfterRunWith("--seed=7")).isEqualTo(first);
		assertThat(rowsAfterRunWith("--seed=8")).isNotEqualTo(first);
	}

	/** Returns the new rows without the unique parts of keys and user names. */
	private static List<String> rowsAfterRunWith(String seed) {
		TreeSet<String> users = users();
		SimulatorRun simulator = new SimulatorRun();
		int status = simulator
			.run(against(server, seed, "--parallel=2", "--scenario=fresh-install,normal-usage,reinstall"));
		assertThat(status).as(simulator.printed()).isZero();
		TreeSet<String> added = users();
		added.removeAll(users);
		assertThat(added).hasSize(6);
		List<String> rows = new ArrayList<>();
		for (String user : added) {
			String scenarioAndNumber = user.replaceFirst("^ann-\\w+-", "");
			tables.business(user)
				.values()
				.forEach((row) -> rows.add(scenarioAndNumber + " "
						+ row.toString()
							.replace(user, "ann")
							.replaceAll("([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4})-[0-9a-f]{4}-[0-9a-f]{12}", "$1")));
		}
		rows.sort(null);
		return rows;
	}

	private static TreeSet<String> users() {
		return new TreeSet<>(tables.texts("select distinct user_id from sync.server_change_log"));
	}

	@Test
	void aDatabaseThatCannotBeLookedAtIsFoundFirst() {
		for (String url : List.of("jdbc:mysql://localhost/x", "jdbc:postgresql://localhost:9/x?password=secret",
				server.jdbcUrl().replaceFirst("/test_\\w+", "/nowhere"),
				server.jdbcUrl().replaceFirst("/test_\\w+", "/postgres"))) {
			SimulatorRun simulator = new SimulatorRun();
			assertThat(simulator.run(against(server, "--verify-db=" + url))).as(url).isEqualTo(2);
			assertThat(simulator.printed()).contains("--verify-db").doesNotContain("Playing", "\tat ", "secret");
		}
	}

	@Test
	void aFileWithoutAStoryIsNotPlayed() throws Exception {
		for (String content : List.of("", "{}", "[]", "{\"rounds\":null}", "{\"rounds\":[{\"turns\":[]}]}")) {
			Path file = Files.writeString(this.folder.resolve("workload.json"), content);
			SimulatorRun simulator = new SimulatorRun();
			assertThat(simulator.run(against(server, "--scenario=chaos", "--story=" + file))).as(content).isEqualTo(2);
			assertThat(simulator.printed()).contains("There is no workload in " + file).doesNotContain("\tat ");
		}
	}

	@Test
	void aServerThatIsNotTheSampleIsNotPlayedAgainst() {
		SimulatorRun simulator = new SimulatorRun();
		assertThat(simulator.run("--server=" + server.baseUrl() + "/elsewhere")).isEqualTo(2);
		assertThat(simulator.printed()).contains("/elsewhere/dummy-signin answered").doesNotContain("Playing");
	}

	private static String[] against(ApplicationServer server, String... args) {
		List<String> all = new ArrayList<>(Arrays.asList(args));
		all.add("--server=" + server.baseUrl());
		return all.toArray(String[]::new);
	}

}

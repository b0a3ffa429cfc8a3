/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import io.oversync.test.TestPostgres;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.SyncTarget;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A short soak of a real server.
 */
@Tag("prove")
class SoakIntegrationTests {

	private static final FleetLoad LOAD = new FleetLoad(3, 2, 5, 60, 1);

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static ApplicationServer server;

	private final String run = UUID.randomUUID().toString();

	private final List<String> output = new CopyOnWriteArrayList<>();

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void allGaugesAreReadAndDevicesAndServerAgree() throws Exception {
		SoakResult result = SoakTest.run(settings(Duration.ofSeconds(10)), this.output::add);
		assertThat(result.problems()).isEmpty();
		assertThat(result.readings()).hasSize(10);
		Reading last = result.readings().get(9);
		assertThat(last.at()).isEqualTo(Duration.ofSeconds(10));
		assertThat(last.values()).containsOnlyKeys(Gauge.values());
		// 45 are due in these nine seconds, and some may be late
		assertThat(result.total(Gauge.SYNCS)).isBetween(20L, 55L);
		assertThat(result.total(Gauge.UPLOADED)).isPositive();
		assertThat(result.total(Gauge.DOWNLOADED)).isPositive();
		assertThat(result.total(Gauge.DOWNLOADS)).isGreaterThanOrEqualTo(result.total(Gauge.SYNCS));
		assertThat(result.readings().get(0).values()).containsKey(Gauge.HEAP).doesNotContainKey(Gauge.SYNCS);
		assertThat(last.values().get(Gauge.CONNECTIONS)).isPositive();
		assertThat(last.values().get(Gauge.LIVE_ROWS)).isBetween(30.0, 70.0);
		assertThat(result.verdicts()).extracting(GaugeVerdict::gauge)
			.containsExactlyElementsOf(Arrays.stream(Gauge.values()).filter(Gauge::isJudged).toList());
		assertThat(output().lines().filter((line) -> line.matches(" +0:\\d\\d \\|.*"))).hasSize(10);
		assertThat(filesLeft()).isEmpty();
	}

	@Test
	void whatDivergesIsNamed() throws Exception {
		SoakSettings settings = settings(Duration.ofSeconds(2));
		try (Fleet fleet = new Fleet(settings, this.folder, SyncTarget.NETWORK, new Tally(Gauge.values()))) {
			fleet.fill();
			// by chance a user may have no person, or lose the last one
			fleet.devices().forEach((device) -> addPerson(device.device()));
			assertThat(fleet.settle()).isEmpty();
			assertThat(fleet.differences(server.jdbcUrl())).isEmpty();
			String user = fleet.devices().get(0).device().user();
			TestPostgres.execute(server.jdbcUrl(),
					"update business.person set first_name = 'nobody wrote this' where owner_user_id = '" + user + "'");
			assertThat(fleet.devices().get(1).device().execute("DELETE FROM person")).isPositive();
			List<String> differences = fleet.differences(server.jdbcUrl());
			assertThat(differences).hasSize(3);
			assertThat(differences.get(0)).contains(user, "the business tables", "nobody wrote this");
			assertThat(differences.get(1)).contains("device0 and", "device1 differ", "no such row");
		}
	}

	private static void addPerson(Device device) {
		device.execute("INSERT INTO person (id, first_name, last_name, email, is_active) VALUES (?, 'a', 'b', 'c', 1)",
				UUID.randomUUID().toString());
	}

	@Test
	void anInterruptEndsItAndNothingIsLeft() throws Exception {
		AtomicReference<Exception> end = new AtomicReference<>();
		Thread soak = new Thread(() -> {
			try {
				SoakTest.run(settings(Duration.ofMinutes(10)), this.output::add);
			}
			catch (InterruptedException | RuntimeException ex) {
				end.set(ex);
			}
		});
		soak.start();
		ServerTables tables = new ServerTables(server.jdbcUrl(), SampleTable.ALL);
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> output().contains("warm-up") && tables.count(
					"select count(*) from sync.server_change_log where user_id like 'soak-" + this.run + "%'") > 150);
		soak.interrupt();
		soak.join(PATIENCE.toMillis());
		assertThat(end.get()).isInstanceOf(InterruptedException.class);
		assertThat(filesLeft()).isEmpty();
	}

	@Test
	void aServerThatGoesAwayIsAProblem() throws Exception {
		ApplicationServer mortal = ApplicationServer.start(SampleApplication.class);
		SoakSettings settings = new SoakSettings(SampleTarget.at(mortal.baseUrl()), null, null, this.folder, this.run,
				LOAD, Duration.ofSeconds(4), Duration.ofSeconds(1));
		Thread killer = new Thread(() -> {
			Awaitility.await().atMost(PATIENCE).until(() -> output().contains("0:02 |"));
			mortal.close();
		});
		killer.start();
		SoakResult result = SoakTest.run(settings, this.output::add);
		killer.join();
		assertThat(result.passed()).isFalse();
		assertThat(result.problems()).anyMatch((problem) -> problem.contains("A turn of a device failed"))
			.anyMatch((problem) -> problem.contains("The comparison in the end failed"));
		assertThat(filesLeft()).isEmpty();
	}

	private SoakSettings settings(Duration duration) {
		return new SoakSettings(SampleTarget.at(server.baseUrl()), ProcessHandle.current().pid(), server.jdbcUrl(),
				this.folder, this.run, LOAD, duration, Duration.ofSeconds(1));
	}

	private String output() {
		return String.join("\n", this.output);
	}

	private List<Path> filesLeft() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.toList();
		}
	}

}

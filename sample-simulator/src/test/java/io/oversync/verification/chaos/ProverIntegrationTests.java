/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleNode;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import io.oversync.verification.device.WireEntry;
import io.oversync.verification.server.CompactionBeside;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The prover finds no violation of the server, and finds each bug that was planted in it.
 * {@code -Dchaos.seed} and {@code -Dchaos.seconds} select other workloads and a longer
 * search.
 */
@Tag("prove")
class ProverIntegrationTests {

	private static final String CAPTURE = "--oversync.capture.mode=migrate";

	private static final long SEED = Long.getLong("chaos.seed", 1);

	private static final Duration SHORT = Duration.ofSeconds(Integer.getInteger("chaos.seconds", 15));

	/** One workload has all events. */
	private static final Duration LIFE = Duration.ofSeconds(Integer.getInteger("chaos.seconds", 1));

	private static final int USERS_OF_A_LIFE = 2;

	private static final Set<Action.Kind> OF_A_LIFE = EnumSet.of(Action.Kind.ROAM, Action.Kind.EXPIRE,
			Action.Kind.REVOKE, Action.Kind.PERMIT, Action.Kind.FORGET);

	private static final Duration MINUTE = Duration.ofSeconds(60);

	/**
	 * A busy machine runs few workloads a minute; the first one that shows a bug ends the
	 * search.
	 */
	private static final Duration LONG = Duration.ofMinutes(5);

	private static ChaosServer chaos(BuggyServer server) {
		return chaos(server.baseUrl(), server.jdbcUrl(), (user) -> List.of());
	}

	private static ChaosServer chaos(String baseUrl, String jdbcUrl, Function<String, List<WireEntry>> removed) {
		return new ChaosServer(SampleTarget.at(baseUrl), jdbcUrl, true, cuts(jdbcUrl).withRemoved(removed));
	}

	private static Nemesis cuts(String jdbcUrl) {
		JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(jdbcUrl));
		return Nemesis.ofConnections(() -> jdbc.queryForList("""
				select pg_terminate_backend(pid) from pg_stat_activity
				where datname = current_database() and pid <> pg_backend_pid()"""));
	}

	private static ChaosResult run(BuggyServer server, Duration duration, Duration patience) {
		return Chaos.run(new ChaosSettings(3, 3, duration, SEED, patience), chaos(server), System.out::println);
	}

	@Test
	void nothingIsWrongWithTheServer() {
		try (BuggyServer server = BuggyServer.start(PlantedBug.NONE)) {
			ChaosResult result = run(server, SHORT, MINUTE);
			assertThat(result.violations()).as("%s", String.join(System.lineSeparator(), result.log())).isEmpty();
			assertThat(result.counters()).containsKeys("connection kills", "edits", "failed syncs", "faults",
					"reinstalls", "rows that the application wrote", "verifications");
		}
	}

	@Test
	void nothingIsWrongBesideCompactions() {
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class, "--logging.level.root=off",
				"--oversync.capture.mode=migrate"); CompactionBeside compaction = CompactionBeside.start(server)) {
			ChaosResult result = Chaos.run(new ChaosSettings(3, 3, SHORT, SEED, MINUTE),
					chaos(server.baseUrl(), server.jdbcUrl(), compaction::removed), System.out::println);
			assertThat(result.violations()).as("%s", String.join(System.lineSeparator(), result.log())).isEmpty();
			assertThat(result.counters()).containsKeys("removed entries");
		}
	}

	@Test
	void nothingIsWrongInALongLifeOnTwoNodes() {
		long seed = LongStream.iterate(SEED, (number) -> number + 1)
			.filter((number) -> hasAllOfALife(firstWorkload(number)))
			.findFirst()
			.orElseThrow();
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class, "--logging.level.root=off",
				CAPTURE); SampleNode node = SampleNode.beside(server, CAPTURE)) {
			ChaosResult result = Chaos.run(new ChaosSettings(USERS_OF_A_LIFE, 3, LIFE, seed, MINUTE),
					new ChaosServer(SampleTarget.at(server.baseUrl()), server.jdbcUrl(), true,
							cuts(server.jdbcUrl()).withRemoved(node::removed), node),
					System.out::println);
			assertThat(result.violations()).as("%s", String.join(System.lineSeparator(), result.log())).isEmpty();
			assertThat(result.counters()).containsKeys("compactions", "expiries", "removed entries", "refused devices");
		}
	}

	private static Workload firstWorkload(long seed) {
		Set<Disturbance.Kind> disturbances = EnumSet.of(Disturbance.Kind.CUT_CONNECTIONS, Disturbance.Kind.COMPACT,
				Disturbance.Kind.EXPIRE_TOMBSTONES);
		return new WorkloadGenerator(new Random(seed).nextLong(), USERS_OF_A_LIFE, 3, disturbances, true).generate();
	}

	private static boolean hasAllOfALife(Workload workload) {
		Set<Action.Kind> actions = workload.rounds()
			.stream()
			.flatMap((round) -> round.turns().stream())
			.flatMap((turn) -> turn.actions().stream())
			.map(Action::kind)
			.collect(Collectors.toSet());
		Set<Disturbance.Kind> disturbances = workload.rounds()
			.stream()
			.flatMap((round) -> round.disturbances().stream())
			.map(Disturbance::kind)
			.collect(Collectors.toSet());
		return actions.containsAll(OF_A_LIFE)
				&& disturbances.containsAll(Set.of(Disturbance.Kind.COMPACT, Disturbance.Kind.EXPIRE_TOMBSTONES));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "NONE", "MISSED_HEADS" })
	void aPlantedBugIsFound(PlantedBug bug) {
		try (BuggyServer server = BuggyServer.start(bug)) {
			ChaosResult result = run(server, LONG, Duration.ZERO);
			assertThat(result.violations()).isNotEmpty();
		}
	}

	@Test
	void aMissedHeadIsFoundByTheDeviceThatOnlyWatches() {
		try (BuggyServer server = BuggyServer.start(PlantedBug.MISSED_HEADS)) {
			ChaosResult result = run(server, LONG, Duration.ZERO);
			assertThat(result.violations().toString()).contains("a device that watches soon has everything");
		}
	}

	@Test
	void theStoryOfAViolationIsShortAndHappensAgain() throws IOException {
		try (BuggyServer server = BuggyServer.start(PlantedBug.REJECTED_CHANGES_IN_THE_STREAM)) {
			ChaosResult result = run(server, LONG, LONG);
			assertThat(result.violations()).isNotEmpty();
			assertThat(result.log()).as("%s", result.log()).hasSizeLessThan(12);
			Path workload = Path.of(result.log().get(result.log().size() - 1).replaceFirst(".*--story=", ""));
			ChaosResult again = Chaos.replay(workload, new ChaosSettings(3, 3, MINUTE, SEED, MINUTE), chaos(server),
					System.out::println);
			assertThat(again.violations()).isNotEmpty();
			Files.delete(workload);
		}
	}

}

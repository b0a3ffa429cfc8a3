/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.oversync.simulator.ChaosProgram;
import io.oversync.simulator.program.Console;
import io.oversync.simulator.program.Endurance;
import io.oversync.simulator.program.ProgramResult;
import io.oversync.simulator.program.Settings;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.verification.server.KillableServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A short chaos with all faults.
 */
@Tag("prove")
class ChaosProgramIntegrationTests {

	private static final int USERS = 2;

	private static final int DEVICES = 3;

	private static final Set<Disturbance.Kind> EVERYTHING = EnumSet.allOf(Disturbance.Kind.class);

	@TempDir
	private Path folder;

	@Test
	void aServerThatIsKilledLosesNothing() {
		long seed = LongStream.iterate(1, (number) -> number + 1)
			.filter((number) -> disturbancesOfTheFirstWorkload(number).equals(EVERYTHING))
			.findFirst()
			.orElseThrow();
		ByteArrayOutputStream printed = new ByteArrayOutputStream();
		try (KillableServer server = SampleTarget.start(this.folder, "--oversync.capture.mode=migrate",
				"--oversync.devices.interval=1s")) {
			ProgramResult result = new ChaosProgram().run(
					new Settings(server.target(), server, server.jdbcUrl(), 1,
							new Endurance(USERS, DEVICES, Duration.ofSeconds(1), 1, null), seed, "run"),
					new Console(new PrintStream(printed, true, StandardCharsets.UTF_8), false));
			assertThat(result.failures()).as(printed.toString(StandardCharsets.UTF_8)).isEmpty();
			assertThat(result.counters()).containsKeys("server kills", "connection kills", "faults", "failed syncs",
					"edits", "requests", "transactions of the application", "rows that the application wrote",
					"compactions", "servers put back", "declared restores");
			assertThat(printed.toString(StandardCharsets.UTF_8)).contains("1 workload: ", "server kills 1");
		}
	}

	private static Set<Disturbance.Kind> disturbancesOfTheFirstWorkload(long seed) {
		return new WorkloadGenerator(new Random(seed).nextLong(), USERS, DEVICES, EVERYTHING, true).generate()
			.rounds()
			.stream()
			.flatMap((round) -> round.disturbances().stream())
			.map(Disturbance::kind)
			.collect(Collectors.toSet());
	}

}

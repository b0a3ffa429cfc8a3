/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.oversync.simulator.program.Console;
import io.oversync.simulator.program.Endurance;
import io.oversync.simulator.program.Failure;
import io.oversync.simulator.program.Program;
import io.oversync.simulator.program.ProgramResult.Traffic;
import io.oversync.simulator.program.ProgramResult;
import io.oversync.simulator.program.Settings;
import io.oversync.simulator.program.UsageException;
import io.oversync.simulator.sample.SampleNode;
import io.oversync.verification.chaos.Chaos;
import io.oversync.verification.chaos.ChaosResult;
import io.oversync.verification.chaos.ChaosServer;
import io.oversync.verification.chaos.ChaosSettings;
import io.oversync.verification.chaos.Counters;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;

/**
 * Random devices, a bad network, and a server that is killed if it belongs to the
 * simulator.
 */
public final class ChaosProgram implements Program {

	/** The longest search for a shorter workload that violates a rule. */
	private static final Duration PATIENCE = Duration.ofMinutes(2);

	@Override
	public String name() {
		return "chaos";
	}

	@Override
	public String purpose() {
		return "random devices on a bad network, with a server that is killed: nothing may be lost, doubled or leaked";
	}

	@Override
	public ProgramResult run(Settings settings, Console console) {
		if (!settings.target().address().startsWith("http:")) {
			throw new UsageException("Chaos needs to see what goes over the network: give --server an address with "
					+ "http://, or let the simulator start a server with --start-server");
		}
		KillableServer own = settings.ownServer();
		if (own == null) {
			return run(settings, ChaosServer.foreign(settings.target(), settings.databaseUrl()), console);
		}
		try (SampleNode node = SampleNode.beside(own)) {
			return run(settings, ChaosServer.own(own, node), console);
		}
	}

	private ProgramResult run(Settings settings, ChaosServer server, Console console) {
		Endurance endurance = settings.endurance();
		ChaosSettings chaos = new ChaosSettings(endurance.users(), endurance.devices(), endurance.duration(),
				settings.seed(), PATIENCE);
		long start = System.nanoTime();
		ChaosResult result = play(endurance.workload(), chaos, server, console);
		Duration duration = Duration.ofNanos(System.nanoTime() - start);
		console.say("  " + result.workloads() + ((result.workloads() == 1) ? " workload: " : " workloads: ")
				+ result.counters()
					.entrySet()
					.stream()
					.map((counter) -> counter.getKey() + " " + counter.getValue())
					.collect(Collectors.joining(", ")));
		List<Failure> failures = new ArrayList<>();
		if (!result.passed()) {
			console.say("  The shortest workload found that violates a rule:");
			result.log().forEach((line) -> console.say("    " + line));
			failures
				.add(new Failure("seed " + result.seed(), String.join(System.lineSeparator(), result.violations())));
		}
		return ProgramResult.of(name(), endurance.users(), duration, traffic(result.counters()), result.counters(),
				failures);
	}

	private static ChaosResult play(@Nullable Path workload, ChaosSettings chaos, ChaosServer server, Console console) {
		try {
			return (workload != null) ? Chaos.replay(workload, chaos, server, console::progress)
					: Chaos.run(chaos, server, console::progress);
		}
		catch (IllegalArgumentException ex) {
			throw new UsageException(ex.getMessage() + ": give --story a file that a failed run has written");
		}
	}

	private static Traffic traffic(Map<String, Long> counters) {
		return new Traffic(counters.getOrDefault(Counters.UPLOADED, 0L), counters.getOrDefault(Counters.DOWNLOADED, 0L),
				counters.getOrDefault(Counters.CONFLICTS, 0L));
	}

}

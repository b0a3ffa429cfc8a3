/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.oversync.simulator.program.Console;
import io.oversync.simulator.program.Endurance;
import io.oversync.simulator.program.Failure;
import io.oversync.simulator.program.Program;
import io.oversync.simulator.program.Result.Traffic;
import io.oversync.simulator.program.Result;
import io.oversync.simulator.program.Settings;
import io.oversync.simulator.program.UsageException;
import io.oversync.simulator.server.OwnServer;

/**
 * Random devices, a bad network, and a server that is killed if it belongs to the
 * simulator.
 */
public final class ChaosProgram implements Program {

	/** How long to look for a shorter story that violates a rule. */
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
	public Result run(Settings settings, Console console) {
		if (!settings.target().address().startsWith("http:")) {
			throw new UsageException("Chaos needs to see what goes over the network: give --server an address with "
					+ "http://, or let the simulator start a server with --start-server");
		}
		OwnServer own = settings.ownServer();
		ChaosServer server = (own != null) ? ChaosServer.own(own)
				: ChaosServer.foreign(settings.target(), settings.databaseUrl());
		Endurance endurance = settings.endurance();
		ChaosSettings chaos = new ChaosSettings(endurance.users(), endurance.devices(), endurance.duration(),
				settings.seed(), PATIENCE);
		long start = System.nanoTime();
		ChaosResult result = (endurance.story() != null)
				? Chaos.replay(endurance.story(), chaos, server, console::progress)
				: Chaos.run(chaos, server, console::progress);
		Duration duration = Duration.ofNanos(System.nanoTime() - start);
		console.say("  " + result.stories() + ((result.stories() == 1) ? " story: " : " stories: ")
				+ describe(result.counters()));
		List<Failure> failures = new ArrayList<>();
		if (!result.passed()) {
			console.say("  The shortest story found that violates a rule:");
			result.story().forEach((line) -> console.say("    " + line));
			failures
				.add(new Failure("seed " + result.seed(), String.join(System.lineSeparator(), result.violations())));
		}
		return new Result(name(), endurance.users(), duration, duration, duration, traffic(result.counters()),
				result.counters(), failures);
	}

	private static String describe(Map<String, Long> counters) {
		StringBuilder text = new StringBuilder();
		counters
			.forEach((name, count) -> text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(count));
		return text.toString();
	}

	private static Traffic traffic(Map<String, Long> counters) {
		return new Traffic(counters.getOrDefault(Counters.UPLOADED, 0L), counters.getOrDefault(Counters.DOWNLOADED, 0L),
				counters.getOrDefault(Counters.CONFLICTS, 0L));
	}

}

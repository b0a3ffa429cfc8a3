/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.oversync.simulator.program.Console;
import io.oversync.simulator.program.Endurance;
import io.oversync.simulator.program.Failure;
import io.oversync.simulator.program.Program;
import io.oversync.simulator.program.ProgramResult.Traffic;
import io.oversync.simulator.program.ProgramResult;
import io.oversync.simulator.program.Settings;
import io.oversync.test.TemporaryFolder;
import io.oversync.verification.server.KillableServer;
import io.oversync.verification.soak.FleetLoad;
import io.oversync.verification.soak.Gauge;
import io.oversync.verification.soak.SoakResult;
import io.oversync.verification.soak.SoakSettings;
import io.oversync.verification.soak.SoakTest;

/**
 * A steady load for many minutes. The gauges include the server's process if it belongs
 * to the simulator.
 */
public final class SoakProgram implements Program {

	@Override
	public String name() {
		return "soak";
	}

	@Override
	public String purpose() {
		return "a steady load: the server's memory, connections and request times stay flat";
	}

	@Override
	public ProgramResult run(Settings settings, Console console) {
		Endurance endurance = settings.endurance();
		KillableServer own = settings.ownServer();
		FleetLoad load = new FleetLoad(endurance.users(), endurance.devices(), endurance.rate(), FleetLoad.USUAL_ROWS,
				settings.seed());
		long start = System.nanoTime();
		try (TemporaryFolder folder = new TemporaryFolder()) {
			SoakResult result = SoakTest.run(new SoakSettings(settings.target(), (own != null) ? own.pid() : null,
					settings.databaseUrl(), folder.path(), settings.run(), load, endurance.duration(),
					SoakSettings.usualInterval(endurance.duration())), console::say);
			console.say(result.summary());
			return result(endurance.users(), Duration.ofNanos(System.nanoTime() - start), result);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the load went on", ex);
		}
	}

	private ProgramResult result(int users, Duration duration, SoakResult result) {
		Map<String, Long> counters = new TreeMap<>();
		for (Gauge gauge : List.of(Gauge.SYNCS, Gauge.LATE, Gauge.ERRORS, Gauge.DISCARDED)) {
			counters.put(gauge.title(), result.total(gauge));
		}
		Traffic traffic = new Traffic(result.total(Gauge.UPLOADED), result.total(Gauge.DOWNLOADED),
				result.total(Gauge.CONFLICTS));
		List<Failure> failures = result.passed() ? List.of() : List.of(new Failure("soak", result.summary()));
		return ProgramResult.of(name(), users, duration, traffic, counters, failures);
	}

}

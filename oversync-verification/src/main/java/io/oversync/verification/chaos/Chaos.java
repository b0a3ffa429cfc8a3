/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.oversync.test.TemporaryFolder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The prover: runs random workloads to a real server until the time is up or a rule is
 * violated, and then looks for the shortest workload that violates it.
 */
public final class Chaos {

	/** A failure that depends on timing may take a few attempts to happen again. */
	private static final int ATTEMPTS = 3;

	private static final JsonMapper mapper = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
				DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
		.build();

	private final ChaosSettings settings;

	private final ChaosServer server;

	private final Consumer<String> out;

	private final Counters counters = new Counters();

	private final long started = System.nanoTime();

	/** Makes the names of users unique on the server. */
	private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

	private int performances;

	private @Nullable Workload lastFailed;

	private @Nullable RunResult lastFailure;

	private Chaos(ChaosSettings settings, ChaosServer server, Consumer<String> out) {
		this.settings = settings;
		this.server = server;
		this.out = out;
	}

	/**
	 * Runs random workloads.
	 * @param settings the extent of the chaos
	 * @param server the server with its nemesis
	 * @param out receives the progress, line by line
	 * @return the result
	 */
	public static ChaosResult run(ChaosSettings settings, ChaosServer server, Consumer<String> out) {
		return new Chaos(settings, server, out).generate();
	}

	/**
	 * Runs a workload again that violated a rule.
	 * @param file the file with the workload
	 * @param settings the duration
	 * @param server the server with its nemesis
	 * @param out receives the progress, line by line
	 * @return the result
	 * @throws IllegalArgumentException if the file has no workload
	 */
	public static ChaosResult replay(Path file, ChaosSettings settings, ChaosServer server, Consumer<String> out) {
		return new Chaos(settings, server, out).runAgain(read(file));
	}

	private static Workload read(Path file) {
		try {
			return mapper.readValue(file, Workload.class);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"There is no workload in " + file + " (" + ex.getOriginalMessage() + ")");
		}
	}

	private ChaosResult generate() {
		Random seeds = new Random(this.settings.seed());
		int workloads = 0;
		while (elapsed().compareTo(this.settings.duration()) < 0) {
			Workload workload = new WorkloadGenerator(seeds.nextLong(), this.settings.users(), this.settings.devices(),
					this.server.disturbances(), this.server.application())
				.generate();
			workloads++;
			if (fails(workload)) {
				this.out.accept("workload " + workloads + " violates a rule; looking for the shortest one that does");
				return failed(workloads, workload);
			}
			this.out.accept("workload " + workloads + ", " + elapsed().toSeconds() + " s of "
					+ this.settings.duration().toSeconds() + " s: " + this.counters.counts());
		}
		return new ChaosResult(this.settings.seed(), workloads, this.counters.counts(), List.of(), List.of());
	}

	private ChaosResult runAgain(Workload workload) {
		int times = 0;
		do {
			times++;
			if (fails(workload)) {
				return result(times);
			}
		}
		while (elapsed().compareTo(this.settings.duration()) < 0);
		return new ChaosResult(this.settings.seed(), times, this.counters.counts(), List.of(), List.of());
	}

	private Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.started);
	}

	private boolean fails(Workload workload) {
		String name = "chaos-" + this.run + "-" + (++this.performances);
		try (TemporaryFolder folder = new TemporaryFolder()) {
			RunResult outcome = Run.of(workload, name, this.server.setting(folder.path()), this.counters);
			if (!outcome.passed()) {
				this.lastFailed = workload;
				this.lastFailure = outcome;
			}
			return !outcome.passed();
		}
	}

	private ChaosResult failed(int workloads, Workload workload) {
		if (!this.settings.patience().isZero()) {
			// what fails each time need not be tried again and again
			boolean always = fails(workload) && fails(workload);
			new Shrinker((shorter) -> failsWithin(always ? 1 : ATTEMPTS, shorter), this.settings.patience())
				.shrink(workload);
		}
		return result(workloads);
	}

	private boolean failsWithin(int attempts, Workload workload) {
		for (int attempt = 0; attempt < attempts; attempt++) {
			if (fails(workload)) {
				return true;
			}
		}
		return false;
	}

	/** The last workload that failed is the shortest one found. */
	private ChaosResult result(int workloads) {
		Workload workload = this.lastFailed;
		RunResult outcome = this.lastFailure;
		if (workload == null || outcome == null) {
			throw new IllegalStateException("No workload has failed");
		}
		List<String> lines = new ArrayList<>(outcome.log());
		lines.add("To run it again: --scenario=chaos --story=" + save(workload));
		return new ChaosResult(this.settings.seed(), workloads, this.counters.counts(),
				outcome.violations().stream().map(Violation::toString).toList(), lines);
	}

	private Path save(Workload workload) {
		try {
			Path file = Files.createTempFile("chaos-" + this.settings.seed() + "-", ".json");
			mapper.writeValue(file, workload);
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

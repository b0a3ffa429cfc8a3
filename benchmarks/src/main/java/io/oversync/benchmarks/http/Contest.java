/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.oversync.benchmarks.report.MarkdownTable;
import io.oversync.benchmarks.report.Samples;

/**
 * Loads that are compared in rounds: in each, all run for the same time, and each time
 * another one is the first.
 */
final class Contest implements AutoCloseable {

	private final Map<String, Load> loads;

	private final Load denominator;

	private final Map<Load, List<Load.Throughput>> turns = new HashMap<>();

	private final Map<Load, CpuSeconds> cpu = new HashMap<>();

	/**
	 * Compares one load with another.
	 * @param ours the load that is measured
	 * @param denominator the load that it is compared with
	 */
	Contest(Load ours, Load denominator) {
		this(Map.of("", ours), denominator);
	}

	/**
	 * Compares several loads with one.
	 * @param loads the loads that are measured, each under a suffix to the name of the
	 * measure
	 * @param denominator the load that each is compared with
	 */
	Contest(Map<String, Load> loads, Load denominator) {
		this.loads = loads;
		this.denominator = denominator;
	}

	/**
	 * Runs the rounds and discards those of an earlier run.
	 * @param warmUp the number of rounds before those that count
	 * @param rounds the number of rounds that count
	 * @param seconds of each turn
	 */
	void play(CpuSeconds.Clock clock, int warmUp, int rounds, double seconds) throws Exception {
		List<Load> order = new ArrayList<>(this.loads.values());
		order.add(this.denominator);
		for (int round = -warmUp; round < rounds; round++) {
			if (round <= 0) {
				// of an earlier run, or for warming up
				this.turns.clear();
				this.cpu.clear();
			}
			for (Load load : order) {
				turn(load, clock, seconds);
			}
			if (round >= 0) {
				Collections.rotate(order, -1);
			}
		}
	}

	private void turn(Load load, CpuSeconds.Clock clock, double seconds) throws Exception {
		load.prepare(seconds);
		CpuSeconds before = clock.read();
		this.turns.computeIfAbsent(load, (key) -> new ArrayList<>()).add(load.run(seconds));
		this.cpu.merge(load, clock.read().minus(before), CpuSeconds::plus);
	}

	/** Adds a row for each load and figure of a measure. */
	void report(Measure measure, String state, MarkdownTable table) {
		this.loads.forEach((suffix, load) -> measure.figures()
			.forEach((figure) -> table
				.report(line(measure.name() + suffix + figure.suffix() + ", " + state, load, figure))));
	}

	private String[] line(String name, Load load, Measure.Figure figure) {
		Samples ours = samples(load, figure.value());
		Samples theirs = samples(this.denominator, figure.value());
		Samples ratios = ours.dividedBy(theirs);
		return new String[] { name, figure.format().formatted(ours.median()),
				figure.format().formatted(theirs.median()), "%.2f".formatted(ratios.median()), ratios.range("%.2f"),
				figure.goal(), cpu(load), cpu(this.denominator) };
	}

	/** Returns the value of each round. */
	Samples samples(Load load, ToDoubleFunction<Load.Throughput> value) {
		return new Samples(turns(load).stream().mapToDouble(value).toArray());
	}

	private List<Load.Throughput> turns(Load load) {
		return this.turns.getOrDefault(load, List.of());
	}

	private String cpu(Load load) {
		return this.cpu.get(load)
				+ " of %.1f".formatted(turns(load).stream().mapToDouble(Load.Throughput::seconds).sum());
	}

	@Override
	public void close() throws Exception {
		for (Load load : this.loads.values()) {
			load.close();
		}
		this.denominator.close();
	}

}

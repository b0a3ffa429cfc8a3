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

/**
 * The rounds of a contest: in each, all loads run for the same time, and each time
 * another one is the first.
 */
final class Rounds {

	private final Map<Load<?>, List<Turn>> turns = new HashMap<>();

	private final Load<?> denominator;

	private Rounds(Contest contest) {
		this.denominator = contest.denominator();
	}

	/**
	 * Plays them.
	 * @param warmUp how many rounds do not count, before the others
	 * @param rounds how many rounds count
	 * @param seconds of each turn
	 */
	static Rounds play(Contest contest, CpuClock clock, int warmUp, int rounds, double seconds) throws Exception {
		List<Load<?>> order = contest.loads();
		for (int round = 0; round < warmUp; round++) {
			for (Load<?> load : order) {
				turn(load, clock, seconds);
			}
		}
		Rounds result = new Rounds(contest);
		for (int round = 0; round < rounds; round++) {
			for (Load<?> load : order) {
				result.of(load).add(turn(load, clock, seconds));
			}
			Collections.rotate(order, -1);
		}
		return result;
	}

	private static Turn turn(Load<?> load, CpuClock clock, double seconds) throws Exception {
		load.prepare(seconds);
		Cpu before = clock.read();
		List<Lane.Stint> stints = load.run(seconds);
		return Turn.of(stints, clock.read().minus(before));
	}

	private List<Turn> of(Load<?> load) {
		return this.turns.computeIfAbsent(load, (key) -> new ArrayList<>());
	}

	List<String> line(String name, Load<?> load, Figure figure) {
		List<Double> ours = values(load, figure.value());
		List<Double> denominator = values(this.denominator, figure.value());
		List<Double> ratios = Statistics.ratios(ours, denominator);
		return List.of(name, figure.format().formatted(Statistics.median(ours)),
				figure.format().formatted(Statistics.median(denominator)), "%.2f".formatted(Statistics.median(ratios)),
				"%.2f to %.2f".formatted(Collections.min(ratios), Collections.max(ratios)), figure.goal(),
				cpu(of(load)), cpu(of(this.denominator)));
	}

	/** Returns the value of each round. */
	List<Double> values(Load<?> load, ToDoubleFunction<Turn> value) {
		return of(load).stream().map(value::applyAsDouble).toList();
	}

	private static String cpu(List<Turn> turns) {
		Cpu cpu = turns.stream().map(Turn::cpu).reduce(Cpu.NONE, Cpu::plus);
		return cpu + " of %.1f".formatted(turns.stream().mapToDouble(Turn::seconds).sum());
	}

}

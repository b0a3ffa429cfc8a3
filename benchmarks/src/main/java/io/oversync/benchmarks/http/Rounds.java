package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The rounds of a contest: in each, both loads run for the same time, now the one first,
 * now the other.
 */
final class Rounds {

	private final List<Turn> ours = new ArrayList<>();

	private final List<Turn> denominator = new ArrayList<>();

	private Rounds() {
	}

	/**
	 * Plays them.
	 * @param warmUp how many rounds do not count, before the others
	 * @param rounds how many rounds count
	 * @param seconds of each turn
	 */
	static Rounds play(Contest contest, CpuClock clock, int warmUp, int rounds, double seconds) throws Exception {
		for (int round = 0; round < warmUp; round++) {
			turn(contest.denominator(), clock, seconds);
			turn(contest.ours(), clock, seconds);
		}
		Rounds result = new Rounds();
		for (int round = 0; round < rounds; round++) {
			if (round % 2 == 0) {
				result.ours.add(turn(contest.ours(), clock, seconds));
				result.denominator.add(turn(contest.denominator(), clock, seconds));
			}
			else {
				result.denominator.add(turn(contest.denominator(), clock, seconds));
				result.ours.add(turn(contest.ours(), clock, seconds));
			}
		}
		return result;
	}

	private static Turn turn(Load<?> load, CpuClock clock, double seconds) throws Exception {
		load.prepare(seconds);
		Cpu before = clock.read();
		List<Lane.Stint> stints = load.run(seconds);
		return Turn.of(stints, clock.read().minus(before));
	}

	List<String> line(String name, Figure figure) {
		List<Double> ours = values(this.ours, figure.value());
		List<Double> denominator = values(this.denominator, figure.value());
		List<Double> ratios = Statistics.ratios(ours, denominator);
		return List.of(name, figure.format().formatted(Statistics.median(ours)),
				figure.format().formatted(Statistics.median(denominator)), "%.2f".formatted(Statistics.median(ratios)),
				"%.2f to %.2f".formatted(ratios.stream().min(Double::compare).orElseThrow(),
						ratios.stream().max(Double::compare).orElseThrow()),
				figure.goal(), cpu(this.ours), cpu(this.denominator));
	}

	private static List<Double> values(List<Turn> turns, ToDoubleFunction<Turn> value) {
		return turns.stream().map(value::applyAsDouble).toList();
	}

	private static String cpu(List<Turn> turns) {
		Cpu cpu = turns.stream().map(Turn::cpu).reduce(Cpu.NONE, Cpu::plus);
		return cpu + " of %.1f".formatted(turns.stream().mapToDouble(Turn::seconds).sum());
	}

}

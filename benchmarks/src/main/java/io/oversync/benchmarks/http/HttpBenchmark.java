/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs measures over HTTP and prints a table. Each has a server and a PostgreSQL of its
 * own, first as they start, then after ANALYZE.
 */
public final class HttpBenchmark {

	private static final List<String> HEADING = List.of("measure", "ours", "denominator", "ratio", "lowest to highest",
			"goal", "CPU s of ours: driver / server / PostgreSQL", "of the denominator");

	/** The server's JVM takes a while until it has compiled what is hot. */
	static final int WARM_UP_AFTER_START = 10;

	private static final int WARM_UP_AFTER_ANALYSE = 1;

	private static final String RESOURCES = "resources";

	private static final String FIRST = "first";

	private static final String PLOT = "plot";

	private static final String FLEET = "fleet";

	private static final String DEVICE = "device";

	private final List<Measure> measures;

	private final Options options;

	private final Table table = new Table(HEADING);

	private HttpBenchmark(Options options) {
		this.measures = select(options.names());
		this.options = options;
	}

	/**
	 * Reads what is asked for.
	 * @param arguments names of measures, none for all but the first requests, the plot
	 * and the fleet; {@code --rounds=N}, {@code --seconds=S} for each turn, and
	 * {@code --changes=N} of the fleet
	 * @return the benchmark
	 * @throws IllegalArgumentException if there is no such measure or option
	 */
	public static HttpBenchmark of(List<String> arguments) {
		return new HttpBenchmark(Options.parse(arguments));
	}

	private static List<Measure> select(List<String> names) {
		List<Measure> all = Measure.all();
		List<String> known = new ArrayList<>(all.stream().map(Measure::name).toList());
		known.addAll(List.of(RESOURCES, FIRST, PLOT, FLEET, DEVICE));
		for (String name : names) {
			if (!known.contains(name)) {
				throw new IllegalArgumentException("No measure: " + name + "; there are " + String.join(", ", known));
			}
		}
		return names.isEmpty() ? all : all.stream().filter((measure) -> names.contains(measure.name())).toList();
	}

	/**
	 * Runs the measures and prints the table, below it the resources.
	 * @throws Exception if anything does not work, a wrong answer of the server included
	 */
	public void run() throws Exception {
		for (Measure measure : this.measures) {
			try (Stage stage = Stage.start(); Contest contest = measure.opening().open(stage)) {
				play(measure, "fresh", contest, stage, WARM_UP_AFTER_START);
				stage.analyse();
				play(measure, "analysed", contest, stage, WARM_UP_AFTER_ANALYSE);
			}
		}
		if (!this.measures.isEmpty()) {
			System.out.println(this.table);
		}
		if (this.options.names().isEmpty() || this.options.names().contains(RESOURCES)) {
			System.out.print(Resources.measure());
		}
		if (this.options.names().contains(FIRST)) {
			System.out.print(FirstRequests.measure(this.options.rounds()));
		}
		if (this.options.names().contains(PLOT)) {
			new ThroughputPlot(this.options).run();
		}
		if (this.options.names().contains(DEVICE)) {
			System.out.print(DeviceBenchmark.measure(this.options));
		}
		if (this.options.names().contains(FLEET)) {
			System.out.print(FleetBenchmark.run(this.options));
		}
	}

	private void play(Measure measure, String state, Contest contest, Stage stage, int warmUp) throws Exception {
		Rounds rounds = Rounds.play(contest, stage.cpuClock(), warmUp, this.options.rounds(), this.options.seconds());
		for (Entrant entrant : contest.entrants()) {
			for (Figure figure : measure.figures()) {
				String name = measure.name() + entrant.suffix() + figure.suffix() + ", " + state;
				List<String> line = rounds.line(name, entrant.load(), figure);
				this.table.add(line);
				// progress, and what there is should a later measure fail
				System.err.println(String.join(" | ", line));
			}
		}
	}

}

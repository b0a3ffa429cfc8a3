/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.oversync.benchmarks.report.MarkdownTable;

/**
 * Runs measures over HTTP and prints a table. Each has a server and a PostgreSQL of its
 * own and is run twice: after the start, and after ANALYZE.
 */
public final class HttpBenchmark {

	/** The server's JVM needs time to compile the hot code. */
	static final int WARM_UP_AFTER_START = 10;

	private static final int WARM_UP_AFTER_ANALYSE = 1;

	private static final String RESOURCES = "resources";

	private final Map<String, Callable<?>> others = new LinkedHashMap<>();

	private final List<String> names;

	private final List<Measure> measures;

	private final HttpOptions options;

	private HttpBenchmark(HttpOptions options) {
		this.options = options;
		this.others.put(RESOURCES, Resources::measure);
		this.others.put("first", () -> FirstRequests.measure(options.rounds()));
		this.others.put("plot", () -> new ThroughputPlot(options).run());
		this.others.put("device", () -> DeviceBenchmark.measure(options));
		this.others.put("far", () -> FarBenchmark.measure(options));
		this.others.put("watch", () -> WatchBenchmark.measure(options));
		this.others.put("watch-nodes", () -> WatchBenchmark.measureNodes(options));
		this.others.put("watch-device", LiveDeviceBenchmark::measure);
		this.others.put("watch-idle", IdleWatchBenchmark::measure);
		this.others.put("meters", () -> MeterCostBenchmark.measure(options));
		this.others.put("fleet", () -> FleetBenchmark.run(options));
		List<Measure> all = Measure.all();
		List<String> known = new ArrayList<>(all.stream().map(Measure::name).toList());
		this.names = options.names().isEmpty() ? new ArrayList<>(known) : options.names();
		if (options.names().isEmpty()) {
			this.names.add(RESOURCES);
		}
		known.addAll(this.others.keySet());
		for (String name : this.names) {
			if (!known.contains(name)) {
				throw new IllegalArgumentException("No measure: " + name + "; there are " + String.join(", ", known));
			}
		}
		this.measures = all.stream().filter((measure) -> this.names.contains(measure.name())).toList();
	}

	/**
	 * Reads the command line.
	 * @param arguments names of measures, none for all but the first requests, the plot
	 * and the fleet; {@code --rounds=N}, {@code --seconds=S} for each turn, and
	 * {@code --changes=N} of the fleet
	 * @return the benchmark
	 * @throws IllegalArgumentException if a measure does not exist
	 */
	public static HttpBenchmark of(List<String> arguments) {
		return new HttpBenchmark(HttpOptions.parse(arguments));
	}

	/**
	 * Runs the measures and prints the table, below it the resources.
	 * @throws Exception if a measure fails, for instance by a wrong answer of the server
	 */
	public void run() throws Exception {
		MarkdownTable table = new MarkdownTable("measure", "ours", "denominator", "ratio", "lowest to highest", "goal",
				"CPU s of ours: driver / server / PostgreSQL", "of the denominator");
		for (Measure measure : this.measures) {
			try (TestBed bed = TestBed.open(); Contest contest = measure.opening().open(bed)) {
				play(measure, "fresh", contest, bed, WARM_UP_AFTER_START, table);
				bed.execute("analyze");
				play(measure, "analysed", contest, bed, WARM_UP_AFTER_ANALYSE, table);
			}
		}
		if (!this.measures.isEmpty()) {
			System.out.println(table);
		}
		for (Map.Entry<String, Callable<?>> other : this.others.entrySet()) {
			if (this.names.contains(other.getKey())) {
				System.out.print(other.getValue().call());
			}
		}
	}

	private void play(Measure measure, String state, Contest contest, TestBed bed, int warmUp, MarkdownTable table)
			throws Exception {
		contest.play(bed.cpuClock(), warmUp, this.options.rounds(), this.options.seconds());
		contest.report(measure, state, table);
	}

}

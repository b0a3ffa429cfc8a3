/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A measure: one row of the table for each figure and state of the database.
 *
 * @param name the name on the command line
 * @param figures the values that are compared
 * @param opening opens the loads
 */
record Measure(String name, List<Figure> figures, Opening opening) {

	static List<Measure> all() {
		return Stream.of(UploadMeasures.all(), DownloadMeasures.all(), GrowthMeasures.all())
			.flatMap(List::stream)
			.toList();
	}

	/** Opens the loads of a measure. */
	interface Opening {

		Contest open(TestBed bed) throws Exception;

	}

	/**
	 * A value of each turn.
	 *
	 * @param suffix to the name of the measure, may be empty
	 * @param format of a value, with its unit
	 * @param value of a turn
	 * @param goal of the ratio
	 */
	record Figure(String suffix, String format, ToDoubleFunction<Load.Throughput> value, String goal) {

		static Figure rate(String goal) {
			return new Figure("", "%,.0f/s", Load.Throughput::perSecond, goal);
		}

		static Figure latency(int percentile, String goal) {
			return new Figure(" p" + percentile, "%.2f ms", (turn) -> turn.millis(percentile), goal);
		}

	}

}

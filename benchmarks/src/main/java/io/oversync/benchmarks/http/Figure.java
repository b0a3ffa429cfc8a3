/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.function.ToDoubleFunction;

/**
 * What is compared of two turns.
 *
 * @param suffix to the name of the measure, may be empty
 * @param format of a value, with its unit
 * @param value of a turn
 * @param goal of the ratio
 */
record Figure(String suffix, String format, ToDoubleFunction<Turn> value, String goal) {

	static Figure rate(String goal) {
		return new Figure("", "%,.0f/s", Turn::perSecond, goal);
	}

	static Figure latency(int percent, String goal) {
		return new Figure(" p" + percent, "%.2f ms", (turn) -> Statistics.percentile(turn.millis(), percent), goal);
	}

}

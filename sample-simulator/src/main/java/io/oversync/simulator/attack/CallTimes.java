/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.HdrHistogram.Histogram;

/**
 * A user's requests in figures.
 *
 * @param count the number of requests
 * @param p50 the median in milliseconds
 * @param p99 the 99th percentile in milliseconds
 * @param max the longest in milliseconds
 * @param failures the number of requests by status other than 200, 0 for no answer
 */
record CallTimes(int count, long p50, long p99, long max, Map<Integer, Long> failures) {

	static CallTimes of(List<Call> calls) {
		// exact to the millisecond for half a minute
		Histogram millis = new Histogram(4);
		calls.forEach((call) -> millis.recordValue(call.millis()));
		return new CallTimes(calls.size(), millis.getValueAtPercentile(50), millis.getValueAtPercentile(99),
				millis.getMaxValue(),
				calls.stream()
					.filter(Call::failed)
					.collect(Collectors.groupingBy(Call::status, TreeMap::new, Collectors.counting())));
	}

}

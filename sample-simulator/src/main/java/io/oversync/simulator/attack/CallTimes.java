/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a user has seen of a server, in figures.
 *
 * @param count how many requests were made
 * @param p50 the median in milliseconds
 * @param p99 the 99th percentile in milliseconds
 * @param max the longest in milliseconds
 * @param failures how many requests had which status other than 200, 0 for no answer
 */
record CallTimes(int count, long p50, long p99, long max, Map<Integer, Long> failures) {

	static CallTimes of(List<Call> calls) {
		long[] millis = calls.stream().mapToLong(Call::millis).sorted().toArray();
		return new CallTimes(millis.length, percentile(millis, 50), percentile(millis, 99), percentile(millis, 100),
				calls.stream()
					.filter(Call::failed)
					.collect(Collectors.groupingBy(Call::status, TreeMap::new, Collectors.counting())));
	}

	/** Returns the smallest value that so many percent do not exceed; 0 of nothing. */
	private static long percentile(long[] sorted, int percent) {
		if (sorted.length == 0) {
			return 0;
		}
		int rank = Math.toIntExact(((long) percent * sorted.length + 99) / 100);
		return sorted[Math.max(0, rank - 1)];
	}

}

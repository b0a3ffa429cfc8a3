/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What figures amount to.
 */
final class Statistics {

	private Statistics() {
	}

	/** Returns the value in the middle, or the mean of the two there. */
	static double median(List<Double> values) {
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	/**
	 * Returns the smallest value that so many percent of all do not exceed.
	 * @param values at least one, in any order
	 * @param percent above 0, at most 100
	 */
	static double percentile(double[] values, double percent) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
	}

	/**
	 * Divides round by round: what disturbs the machine for a while disturbs both.
	 * @param ours a value a round
	 * @param denominator the value of the same round
	 */
	static List<Double> ratios(List<Double> ours, List<Double> denominator) {
		List<Double> ratios = new ArrayList<>(ours.size());
		for (int round = 0; round < ours.size(); round++) {
			ratios.add(ours.get(round) / denominator.get(round));
		}
		return ratios;
	}

}

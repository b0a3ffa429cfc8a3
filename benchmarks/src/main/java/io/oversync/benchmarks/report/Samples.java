/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A repeated measurement: one value for each round.
 */
public final class Samples {

	private final List<Double> values = new ArrayList<>();

	/**
	 * Creates samples.
	 * @param values the first ones, if there are any
	 */
	public Samples(double... values) {
		Arrays.stream(values).forEach(this::add);
	}

	/**
	 * Adds the value of a round.
	 * @param value the value
	 */
	public void add(double value) {
		this.values.add(value);
	}

	/** Discards the rounds so far, which were for warming up. */
	public void clear() {
		this.values.clear();
	}

	/**
	 * Returns how many values there are.
	 * @return the number of rounds
	 */
	public int size() {
		return this.values.size();
	}

	/**
	 * Returns the median.
	 * @return the value in the middle, or the mean of the two there
	 */
	public double median() {
		double[] sorted = this.values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	/**
	 * Returns a percentile.
	 * @param percent from 1 to 100
	 * @return the lowest value that so many percent of the values do not exceed
	 */
	public double percentile(int percent) {
		double[] sorted = this.values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		return sorted[Math.max(0, (sorted.length * percent + 99) / 100 - 1)];
	}

	/**
	 * Returns the lowest value.
	 * @return the minimum
	 */
	public double lowest() {
		return Collections.min(this.values);
	}

	/**
	 * Returns the highest value.
	 * @return the maximum
	 */
	public double highest() {
		return Collections.max(this.values);
	}

	/**
	 * Divides round by round: a disturbance of the machine hits both.
	 * @param denominator the values of the same rounds
	 * @return the ratios
	 */
	public Samples dividedBy(Samples denominator) {
		Samples ratios = new Samples();
		for (int round = 0; round < this.values.size(); round++) {
			ratios.add(this.values.get(round) / denominator.values.get(round));
		}
		return ratios;
	}

	/**
	 * Formats the spread.
	 * @param format of a value
	 * @return from the lowest to the highest value
	 */
	public String range(String format) {
		return (format + " to " + format).formatted(lowest(), highest());
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * Where values lie on an axis.
 *
 * @param ticks the values that are named, ascending; the first and the last are the ends
 * @param logarithmic whether equal factors are equally far apart, not equal differences
 */
record Scale(List<Double> ticks, boolean logarithmic) {

	private static final int MAX_STEPS = 6;

	/** Makes a scale of whole powers of ten around values above 0. */
	static Scale logarithmic(List<Double> values) {
		List<Double> ticks = new ArrayList<>();
		double last = Math.ceil(Math.log10(max(values)));
		for (double power = Math.floor(Math.log10(min(values))); power <= last; power++) {
			ticks.add(Math.pow(10, power));
		}
		return new Scale(ticks, true);
	}

	/** Makes a scale from 0 in round steps. */
	static Scale linear(List<Double> values) {
		double step = step(max(values) / MAX_STEPS);
		List<Double> ticks = new ArrayList<>(List.of(0.0));
		for (int i = 1; ticks.get(i - 1) < max(values); i++) {
			ticks.add(i * step);
		}
		return new Scale(ticks, false);
	}

	/** Returns the next of 1, 2, 5, 10, 20, 50 and so on. */
	private static double step(double least) {
		double power = Math.pow(10, Math.floor(Math.log10(least)));
		for (int factor : new int[] { 1, 2, 5 }) {
			if (factor * power >= least) {
				return factor * power;
			}
		}
		return 10 * power;
	}

	private static double min(List<Double> values) {
		return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
	}

	private static double max(List<Double> values) {
		return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
	}

	/** Returns how far from the first tick to the last one, from 0 to 1. */
	double position(double value) {
		double first = project(this.ticks.get(0));
		return (project(value) - first) / (project(this.ticks.get(this.ticks.size() - 1)) - first);
	}

	private double project(double value) {
		return this.logarithmic ? Math.log10(value) : value;
	}

}

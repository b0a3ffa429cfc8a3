/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.chart;

import java.util.List;

/**
 * A line of a chart.
 *
 * @param name for the legend
 * @param color as SVG has it
 * @param dashed whether the line is
 * @param points from left to right
 */
public record Series(String name, String color, boolean dashed, List<Point> points) {

	/**
	 * A point of a line.
	 *
	 * @param x above 0
	 * @param y 0 or more
	 */
	public record Point(double x, double y) {
	}

}

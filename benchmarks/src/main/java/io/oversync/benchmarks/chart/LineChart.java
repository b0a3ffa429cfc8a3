/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.chart;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Lines over a logarithmic axis, as SVG.
 */
public final class LineChart {

	private static final int WIDTH = 860;

	private static final int HEIGHT = 440;

	private static final int LEFT = 80;

	private static final int RIGHT = 600;

	private static final int TOP = 50;

	private static final int BOTTOM = 380;

	private static final int LEGEND_LINE = 22;

	private final List<Series> series;

	private final Scale x;

	private final Scale y;

	private final StringBuilder svg = new StringBuilder();

	private LineChart(List<Series> series) {
		this.series = series;
		this.x = Scale
			.logarithmic(series.stream().flatMap((line) -> line.points().stream()).map(Series.Point::x).toList());
		this.y = Scale.linear(series.stream().flatMap((line) -> line.points().stream()).map(Series.Point::y).toList());
	}

	/**
	 * Draws a chart.
	 * @param title what it shows
	 * @param xLabel of the logarithmic axis, with its unit
	 * @param yLabel of the other axis, with its unit
	 * @param series at least one line
	 * @return the SVG
	 */
	public static String draw(String title, String xLabel, String yLabel, List<Series> series) {
		LineChart chart = new LineChart(series);
		chart.start();
		chart.text((LEFT + RIGHT) / 2, TOP - 24, "middle", title);
		chart.xAxis(xLabel);
		chart.yAxis(yLabel);
		chart.axisLines();
		chart.lines();
		chart.legend();
		return chart.svg.append("</svg>\n").toString();
	}

	/** A background of its own, for pages that are dark. */
	private void start() {
		add("""
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
				<rect width="100%%" height="100%%" fill="white"/>
				""", WIDTH, HEIGHT);
	}

	private void xAxis(String label) {
		for (double tick : this.x.ticks()) {
			line(x(tick), TOP, x(tick), BOTTOM, "#ddd", "");
			text(x(tick), BOTTOM + 20, "middle", format(tick));
		}
		text((LEFT + RIGHT) / 2, BOTTOM + 45, "middle", label);
	}

	private void yAxis(String label) {
		for (double tick : this.y.ticks()) {
			line(LEFT, y(tick), RIGHT, y(tick), "#ddd", "");
			text(LEFT - 8, y(tick) + 4, "end", format(tick));
		}
		text(LEFT, TOP - 8, "middle", label);
	}

	private void axisLines() {
		line(LEFT, BOTTOM, RIGHT, BOTTOM, "black", "");
		line(LEFT, TOP, LEFT, BOTTOM, "black", "");
	}

	private void lines() {
		for (Series line : this.series) {
			String points = line.points()
				.stream()
				.map((point) -> "%.1f,%.1f".formatted(x(point.x()), y(point.y())))
				.collect(Collectors.joining(" "));
			add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>%n", points, line.color(),
					dashes(line));
			line.points().forEach((point) -> dot(x(point.x()), y(point.y()), line.color()));
		}
	}

	private void legend() {
		double y = TOP + 10;
		for (Series line : this.series) {
			line(RIGHT + 20, y, RIGHT + 56, y, line.color(), " stroke-width=\"2\"" + dashes(line));
			text(RIGHT + 64, y + 4, "start", line.name());
			y += LEGEND_LINE;
		}
	}

	private static String dashes(Series line) {
		return line.dashed() ? " stroke-dasharray=\"6 4\"" : "";
	}

	private double x(double value) {
		return LEFT + this.x.position(value) * (RIGHT - LEFT);
	}

	private double y(double value) {
		return BOTTOM - this.y.position(value) * (BOTTOM - TOP);
	}

	private void line(double x1, double y1, double x2, double y2, String color, String style) {
		add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>%n", x1, y1, x2, y2, color, style);
	}

	private void dot(double x, double y, String color) {
		add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x, y, color);
	}

	private void text(double x, double y, String anchor, String text) {
		add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor,
				text.replace("&", "&amp;").replace("<", "&lt;"));
	}

	private void add(String format, Object... values) {
		this.svg.append(String.format(Locale.ROOT, format, values));
	}

	private static String format(double value) {
		return String.format(Locale.ROOT, "%,.0f", value);
	}

}

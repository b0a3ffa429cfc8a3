/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

import io.oversync.benchmarks.report.Samples;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

import static org.assertj.core.api.Assertions.assertThat;

class ThroughputPlotTests {

	private final XYChart chart = ThroughputPlot
		.chart(List.of(new ThroughputPlot.Point("uploads", 1, 1, new Samples(10)),
				new ThroughputPlot.Point("uploads", 1, 100, new Samples(500, 900, 700)),
				new ThroughputPlot.Point("bare inserts", 2, 1, new Samples(50))));

	@Test
	void hasALineForEachNumberOfConnections() {
		assertThat(this.chart.getSeriesCollection()).extracting(XYSeries::getName)
			.containsExactly("uploads, 1 connection", "bare inserts, 2 connections");
		assertThat(this.chart.getSeries("uploads, 1 connection").getXData()).containsExactly(1, 100);
		assertThat(this.chart.getSeries("uploads, 1 connection").getYData()).containsExactly(10, 700);
	}

	@Test
	void isDrawnWithoutAScreen() throws Exception {
		ByteArrayOutputStream image = new ByteArrayOutputStream();
		ChartEncoder.saveChart(this.chart, image, "png");
		BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(image.toByteArray()));
		assertThat(drawn.getWidth()).isEqualTo(860);
		assertThat(IntStream.range(0, drawn.getWidth() * drawn.getHeight())
			.map((i) -> drawn.getRGB(i % drawn.getWidth(), i / drawn.getWidth()))
			.anyMatch((color) -> color == 0xff0072b2)).as("a line in its colour").isTrue();
	}

}

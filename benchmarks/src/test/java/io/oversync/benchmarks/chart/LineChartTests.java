/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.chart;

import java.io.StringReader;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import static org.assertj.core.api.Assertions.assertThat;

class LineChartTests {

	private final Document svg = draw();

	private static Document draw() {
		List<Series> series = List.of(
				new Series("ours & more", "#111", false,
						List.of(new Series.Point(1, 0), new Series.Point(10, 50), new Series.Point(100, 100))),
				new Series("theirs", "#222", true, List.of(new Series.Point(1, 100))));
		try {
			return DocumentBuilderFactory.newInstance()
				.newDocumentBuilder()
				.parse(new InputSource(
						new StringReader(LineChart.draw("a < b", "rows of an upload", "rows per second", series))));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void drawsEachLineFromTheLowerLeftToTheUpperRight() {
		NodeList lines = this.svg.getElementsByTagName("polyline");
		assertThat(lines.getLength()).isEqualTo(2);
		assertThat(((Element) lines.item(0)).getAttribute("points")).isEqualTo("80.0,380.0 340.0,215.0 600.0,50.0");
		assertThat(((Element) lines.item(0)).hasAttribute("stroke-dasharray")).isFalse();
		assertThat(((Element) lines.item(1)).hasAttribute("stroke-dasharray")).isTrue();
		assertThat(this.svg.getElementsByTagName("circle").getLength()).isEqualTo(4);
	}

	@Test
	void namesAxesTicksAndLines() {
		assertThat(this.svg.getDocumentElement().getTextContent()).contains("a < b", "rows of an upload",
				"rows per second", "ours & more", "theirs", "80", "10");
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.oversync.benchmarks.report.Samples;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The number of changes taken in a second, over the size of the uploads and the number of
 * connections, drawn into {@code docs/}, with the figures beside it.
 */
final class ThroughputPlot {

	private static final Path FOLDER = Path.of("docs");

	private static final List<Integer> BATCHES = List.of(1, 10, 100, 1_000, 10_000);

	/** The numbers of connections, each with its colour. */
	private static final Map<Integer, Color> CONNECTIONS = new TreeMap<>(
			Map.of(1, new Color(0x0072b2), 2, new Color(0x009e73), 4, new Color(0xd55e00), 8, new Color(0xcc79a7)));

	private static final String OURS = "uploads";

	private static final String BARE = "bare inserts";

	private static final int WARM_UP = 1;

	private final HttpOptions options;

	private final List<Point> points = new ArrayList<>();

	ThroughputPlot(HttpOptions options) {
		this.options = options;
	}

	String run() throws Exception {
		if (!Files.isDirectory(FOLDER)) {
			throw new NotDirectoryException(FOLDER + " (run it in the folder of the project)");
		}
		for (int batch : BATCHES) {
			// new tables for each: large uploads leave far more rows than small ones
			try (TestBed bed = TestBed.open()) {
				int warmUp = HttpBenchmark.WARM_UP_AFTER_START;
				for (int connections : CONNECTIONS.keySet()) {
					measure(bed, batch, connections, warmUp);
					warmUp = WARM_UP;
				}
			}
		}
		Files.writeString(FOLDER.resolve("upload-throughput.csv"),
				this.points.stream()
					.map(Point::csv)
					.collect(Collectors.joining("", "what,connections,batch,changes_per_second,lowest,highest\n", "")));
		try (OutputStream image = Files.newOutputStream(FOLDER.resolve("upload-throughput.png"))) {
			ChartEncoder.saveChart(chart(this.points), image, "png");
		}
		return "";
	}

	private void measure(TestBed bed, int batch, int connections, int warmUp) throws Exception {
		String users = connections + "-connections-";
		Load ours = UploadMeasures.uploads(bed, users, UploadMeasures.PLAIN, connections, batch);
		Load bare = UploadMeasures.bare(bed, users, false, connections, batch);
		try (Contest contest = new Contest(ours, bare)) {
			contest.play(bed.cpuClock(), warmUp, this.options.rounds(), this.options.seconds());
			add(new Point(OURS, connections, batch, contest.samples(ours, Load.Throughput::perSecond)));
			add(new Point(BARE, connections, batch, contest.samples(bare, Load.Throughput::perSecond)));
		}
	}

	private void add(Point point) {
		this.points.add(point);
		System.err.print(point.csv());
	}

	static XYChart chart(List<Point> points) {
		XYChart chart = new XYChartBuilder().width(860)
			.height(440)
			.title("Uploads beside bare inserts of the same rows, 200 bytes each")
			.xAxisTitle("changes of an upload")
			.yAxisTitle("changes per second")
			.build();
		chart.getStyler().setXAxisLogarithmic(true).setPlotGridLinesStroke(new BasicStroke(1));
		chart.getStyler().setChartBackgroundColor(Color.WHITE);
		for (String what : List.of(OURS, BARE)) {
			CONNECTIONS.forEach((connections, color) -> {
				List<Point> line = points.stream()
					.filter((point) -> point.what.equals(what) && point.connections == connections)
					.toList();
				if (!line.isEmpty()) {
					XYSeries series = chart.addSeries(
							what + ", " + connections + ((connections == 1) ? " connection" : " connections"),
							line.stream().map(Point::batch).toList(),
							line.stream().map((point) -> point.changesPerSecond.median()).toList());
					series.setLineColor(color);
					series.setMarkerColor(color);
					series.setMarker(SeriesMarkers.CIRCLE);
					series.setLineStyle(what.equals(BARE) ? SeriesLines.DASH_DASH : SeriesLines.SOLID);
				}
			});
		}
		return chart;
	}

	/**
	 * A point of a line.
	 *
	 * @param what uploads or bare inserts
	 * @param connections the number of connections
	 * @param batch changes of an upload
	 * @param changesPerSecond of each round
	 */
	record Point(String what, int connections, int batch, Samples changesPerSecond) {

		String csv() {
			return "%s,%d,%d,%.0f,%.0f,%.0f%n".formatted(this.what, this.connections, this.batch,
					this.changesPerSecond.median(), this.changesPerSecond.lowest(), this.changesPerSecond.highest());
		}

	}

}

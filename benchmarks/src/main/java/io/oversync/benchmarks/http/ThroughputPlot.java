/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.oversync.benchmarks.chart.LineChart;
import io.oversync.benchmarks.chart.Series;

/**
 * How many changes a second are taken in, over the size of the uploads and the number of
 * connections. Draws it into {@code docs/}, with the figures beside it.
 */
final class ThroughputPlot {

	private static final Path FOLDER = Path.of("docs");

	private static final List<Integer> BATCHES = List.of(1, 10, 100, 1_000, 10_000);

	private static final List<Integer> CONNECTIONS = List.of(1, 2, 4, 8);

	/** Of the numbers of connections. */
	private static final List<String> COLORS = List.of("#0072b2", "#009e73", "#d55e00", "#cc79a7");

	private static final String OURS = "uploads";

	private static final String RAW = "bare inserts";

	private static final int WARM_UP = 1;

	private final Options options;

	private final List<Point> points = new ArrayList<>();

	ThroughputPlot(Options options) {
		this.options = options;
	}

	void run() throws Exception {
		if (!Files.isDirectory(FOLDER)) {
			throw new NotDirectoryException(FOLDER + " (run it in the folder of the project)");
		}
		for (int batch : BATCHES) {
			// new tables for each: large uploads leave far more rows than small ones
			try (Stage stage = Stage.start()) {
				int warmUp = HttpBenchmark.WARM_UP_AFTER_START;
				for (int connections : CONNECTIONS) {
					measure(stage, batch, connections, warmUp);
					warmUp = WARM_UP;
				}
			}
		}
		Files.writeString(FOLDER.resolve("upload-throughput.csv"), csv());
		Files.writeString(FOLDER.resolve("upload-throughput.svg"), svg());
	}

	private void measure(Stage stage, int batch, int connections, int warmUp) throws Exception {
		String users = connections + "-connections-";
		Load<?> ours = UploadLoads.uploads(stage, users, UploadLoads.PLAIN, connections, batch);
		Load<?> raw = UploadLoads.raw(stage, users, false, connections, batch);
		try (Contest contest = new Contest(ours, raw)) {
			Rounds rounds = Rounds.play(contest, stage.cpuClock(), warmUp, this.options.rounds(),
					this.options.seconds());
			add(new Point(OURS, connections, batch, rounds.values(ours, Turn::perSecond)));
			add(new Point(RAW, connections, batch, rounds.values(raw, Turn::perSecond)));
		}
	}

	private void add(Point point) {
		this.points.add(point);
		System.err.print(point.csv());
	}

	private String csv() {
		StringBuilder csv = new StringBuilder("what,connections,batch,changes_per_second,lowest,highest\n");
		this.points.forEach((point) -> csv.append(point.csv()));
		return csv.toString();
	}

	private String svg() {
		List<Series> series = new ArrayList<>();
		for (String what : List.of(OURS, RAW)) {
			for (int i = 0; i < CONNECTIONS.size(); i++) {
				series.add(series(what, CONNECTIONS.get(i), COLORS.get(i)));
			}
		}
		return LineChart.draw("Uploads beside bare inserts of the same rows, 200 bytes each", "changes of an upload",
				"changes per second", series);
	}

	private Series series(String what, int connections, String color) {
		String name = what + ", " + connections + ((connections == 1) ? " connection" : " connections");
		return new Series(name, color, what.equals(RAW),
				this.points.stream()
					.filter((point) -> point.what().equals(what) && point.connections() == connections)
					.map((point) -> new Series.Point(point.batch(), Statistics.median(point.changesPerSecond())))
					.toList());
	}

	private record Point(String what, int connections, int batch, List<Double> changesPerSecond) {

		String csv() {
			return "%s,%d,%d,%.0f,%.0f,%.0f%n".formatted(this.what, this.connections, this.batch,
					Statistics.median(this.changesPerSecond), Collections.min(this.changesPerSecond),
					Collections.max(this.changesPerSecond));
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

/**
 * How fast changes are given out.
 */
final class DownloadMeasures {

	private static final String USER = "user-";

	private static final int CHANGES = 200_000;

	/** What the first turn is prepared for; the next ones go by what was needed. */
	private static final double FIRST_PAGES_PER_SECOND = 500;

	private static final double FIRST_REQUESTS_PER_SECOND = 10_000;

	private static final String ONE_CHANGE = "\"has_more\":false,\"next_after\":1,";

	private DownloadMeasures() {
	}

	static List<Measure> all() {
		return List.of(new Measure("download-1", List.of(Figure.latency(50, "≤ 1.3")), DownloadMeasures::oneChange),
				new Measure("download-1000", List.of(Figure.rate("≥ 0.5, ≥ 200,000/s")),
						(stage) -> downloads(stage, false)),
				new Measure("download-1000-gzip", List.of(Figure.rate("≥ 80,000/s")),
						(stage) -> downloads(stage, true)));
	}

	private static Contest oneChange(Stage stage) throws Exception {
		new History().add(USER, 1, 1).write(stage);
		return new Contest(
				Load.open(1, FIRST_REQUESTS_PER_SECOND,
						(number) -> new PollClient(stage.http(), new Downloader(USER + number, "tablet"), 0,
								ONE_CHANGE)),
				Load.open(1, FIRST_REQUESTS_PER_SECOND, (number) -> new NothingClient(stage.jdbc(), stage.http(),
						new Downloader(USER + number, "tablet"))));
	}

	private static Contest downloads(Stage stage, boolean gzip) throws Exception {
		new History().add(USER, 1, CHANGES).write(stage);
		return new Contest(
				Load.open(1, FIRST_PAGES_PER_SECOND,
						(number) -> new DownloadClient(stage.http(), new Downloader(USER + number, "tablet"),
								new Cursor(0, CHANGES), gzip)),
				Load.open(1, FIRST_PAGES_PER_SECOND,
						(number) -> new PageQueryClient(stage.jdbc(), USER + number, CHANGES)));
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;
import java.util.stream.Stream;

/**
 * A measure: one line of the table for each figure and state of the database.
 *
 * @param name how it is asked for
 * @param figures what is compared
 * @param opening opens what it compares
 */
record Measure(String name, List<Figure> figures, Opening opening) {

	static List<Measure> all() {
		return Stream.of(UploadMeasures.all(), DownloadMeasures.all(), PollMeasures.all(), GrowthMeasures.all())
			.flatMap(List::stream)
			.toList();
	}

	/** Opens the loads of a measure. */
	interface Opening {

		Contest open(Stage stage) throws Exception;

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import io.oversync.benchmarks.report.MarkdownTable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the server takes a written history for its own, and how downloads are measured;
 * their speed is not asserted.
 */
@Tag("prove")
class DownloadMeasuresIntegrationTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			download-1         | ≤ 1.3
			download-1000-gzip | ≥ 80,000/s
			""")
	void measuresPagesOfAWrittenHistory(String name, String goal) throws Exception {
		Measure measure = Measure.all().stream().filter((each) -> each.name().equals(name)).findAny().orElseThrow();
		try (TestBed bed = TestBed.open(); Contest contest = measure.opening().open(bed)) {
			contest.play(bed.cpuClock(), 0, 1, 0.2);
			MarkdownTable table = new MarkdownTable("name", "ours", "theirs", "ratio", "range", "goal", "cpu", "cpu");
			contest.report(measure, "fresh", table);
			assertThat(table.toString()).contains("| " + name, goal);
		}
	}

}

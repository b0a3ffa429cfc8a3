/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the server takes a written history for its own, and how downloads are measured;
 * how fast is for nobody to assert.
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
		try (Stage stage = Stage.start(); Contest contest = measure.opening().open(stage)) {
			Rounds rounds = Rounds.play(contest, stage.cpuClock(), 0, 1, 0.2);
			List<String> line = rounds.line(name, contest.entrants().get(0).load(), measure.figures().get(0));
			assertThat(line).startsWith(name).contains(goal);
		}
	}

}

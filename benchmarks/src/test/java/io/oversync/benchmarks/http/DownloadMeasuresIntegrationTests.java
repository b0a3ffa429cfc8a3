package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the server takes a written history for its own, and how downloads are measured;
 * how fast is for nobody to assert.
 */
class DownloadMeasuresIntegrationTests {

	private static final String NAME = "download-1000-gzip";

	@Test
	void measuresPagesOfAWrittenHistory() throws Exception {
		Measure measure = Measure.all().stream().filter((each) -> each.name().equals(NAME)).findAny().orElseThrow();
		try (Stage stage = Stage.start(); Contest contest = measure.opening().open(stage)) {
			Rounds rounds = Rounds.play(contest, stage.cpuClock(), 0, 1, 0.2);
			List<String> line = rounds.line(NAME, contest.entrants().get(0).load(), measure.figures().get(0));
			assertThat(line).startsWith(NAME).contains("≥ 80,000/s");
		}
	}

}

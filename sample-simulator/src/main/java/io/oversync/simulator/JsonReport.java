/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.oversync.simulator.program.Failure;
import io.oversync.simulator.program.ProgramResult;
import io.oversync.simulator.program.Settings;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The results in JSON.
 *
 * @param seed the seed that repeats the same edits
 * @param server the server's address
 * @param parallel the number of concurrent users of each scenario
 * @param started the start
 * @param seconds the duration of the whole run
 * @param scenarios the results of the scenarios
 */
@JsonPropertyOrder({ "seed", "server", "parallel", "started", "seconds", "scenarios" })
record JsonReport(long seed, String server, int parallel, Instant started, double seconds, List<Entry> scenarios) {

	private static final JsonMapper mapper = JsonMapper.builder()
		.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
		.enable(SerializationFeature.INDENT_OUTPUT)
		.build();

	/**
	 * Creates a report.
	 * @param settings the settings of the run
	 * @param started the start
	 * @param duration the duration of the whole run
	 * @param results the results
	 */
	static JsonReport of(Settings settings, Instant started, Duration duration, List<ProgramResult> results) {
		return new JsonReport(settings.seed(), settings.target().address(), settings.parallel(), started,
				rounded(duration), results.stream().map(Entry::of).toList());
	}

	void write(Path file) {
		mapper.writeValue(file, this);
	}

	private static double rounded(Duration duration) {
		return duration.toMillis() / 1000.0;
	}

	/**
	 * The result of one scenario.
	 */
	@JsonPropertyOrder({ "name", "users", "passed", "failed", "seconds", "rows_up", "rows_down", "conflicts", "figures",
			"failures" })
	record Entry(String name, int users, int passed, int failed, double seconds, long rowsUp, long rowsDown,
			long conflicts, Map<String, Long> figures, List<Failure> failures) {

		static Entry of(ProgramResult result) {
			int failed = result.failures().size();
			return new Entry(result.name(), result.users(), result.users() - failed, failed, rounded(result.duration()),
					result.traffic().rowsUp(), result.traffic().rowsDown(), result.traffic().conflicts(),
					result.counters(), result.failures());
		}

	}

}

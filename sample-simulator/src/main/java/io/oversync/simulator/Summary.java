/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.oversync.simulator.program.Failure;
import io.oversync.simulator.program.ProgramResult;

/**
 * The results as a text for readers.
 */
final class Summary {

	private static final int SHOWN_FAILURES = 3;

	private static final List<String> HEAD = List.of("scenario", "users", "result", "seconds", "p50", "max", "rows up",
			"rows down", "conflicts");

	private Summary() {
	}

	/**
	 * Describes one result.
	 * @param result of a program
	 * @return PASS, or FAIL with the differences of the first users
	 */
	static String verdict(ProgramResult result) {
		String seconds = seconds(result.duration()) + " s";
		if (result.isPassed()) {
			return "PASS " + result.name() + " in " + seconds;
		}
		List<Failure> failures = result.failures();
		StringBuilder text = new StringBuilder("FAIL " + result.name() + " in " + seconds + ": " + failures.size()
				+ " of " + result.users() + " users");
		for (Failure failure : failures.subList(0, Math.min(SHOWN_FAILURES, failures.size()))) {
			text.append(System.lineSeparator())
				.append((failure.user() + ": " + failure.message()).indent(2).stripTrailing());
		}
		if (failures.size() > SHOWN_FAILURES) {
			text.append(System.lineSeparator()).append("  and " + (failures.size() - SHOWN_FAILURES) + " more users");
		}
		return text.toString();
	}

	/**
	 * Creates a table.
	 * @param results the results, one for each line
	 * @return the table
	 */
	static String table(List<ProgramResult> results) {
		List<List<String>> lines = new ArrayList<>();
		lines.add(HEAD);
		for (ProgramResult result : results) {
			lines.add(List.of(result.name(), Integer.toString(result.users()), result.isPassed() ? "PASS" : "FAIL",
					seconds(result.duration()), seconds(result.median()), seconds(result.longest()),
					Long.toString(result.traffic().rowsUp()), Long.toString(result.traffic().rowsDown()),
					Long.toString(result.traffic().conflicts())));
		}
		return lines.stream().map((line) -> line(line, lines)).collect(Collectors.joining(System.lineSeparator()));
	}

	private static String line(List<String> cells, List<List<String>> lines) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < cells.size(); i++) {
			int column = i;
			int width = lines.stream().mapToInt((line) -> line.get(column).length()).max().orElse(0);
			String padding = " ".repeat(width - cells.get(i).length());
			text.append((i == 0) ? cells.get(i) + padding : "  " + padding + cells.get(i));
		}
		return text.toString();
	}

	private static String seconds(Duration duration) {
		return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
	}

}

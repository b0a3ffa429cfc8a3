/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;

/**
 * What was asked for.
 *
 * @param names of measures, none for all
 * @param rounds that count
 * @param seconds of each turn
 * @param changes in the database of a fleet
 */
record Options(List<String> names, int rounds, int seconds, int changes) {

	private static final String ROUNDS = "--rounds=";

	private static final String SECONDS = "--seconds=";

	private static final String CHANGES = "--changes=";

	private static final int MAX_TURNS = 9_999;

	private static final int MAX_CHANGES = 999_999_999;

	static Options parse(List<String> arguments) {
		List<String> names = new ArrayList<>();
		int rounds = 7;
		int seconds = 3;
		int changes = 10_000_000;
		for (String argument : arguments) {
			if (argument.startsWith(ROUNDS)) {
				rounds = positive(argument, ROUNDS, MAX_TURNS);
			}
			else if (argument.startsWith(SECONDS)) {
				seconds = positive(argument, SECONDS, MAX_TURNS);
			}
			else if (argument.startsWith(CHANGES)) {
				changes = positive(argument, CHANGES, MAX_CHANGES);
			}
			else if (argument.startsWith("-")) {
				throw new IllegalArgumentException("No option: " + argument + "; there are " + ROUNDS + "N, " + SECONDS
						+ "S and " + CHANGES + "N");
			}
			else {
				names.add(argument);
			}
		}
		return new Options(names, rounds, seconds, changes);
	}

	private static int positive(String argument, String option, int max) {
		String value = argument.substring(option.length());
		if (!value.matches("[1-9]\\d{0,8}") || Integer.parseInt(value) > max) {
			throw new IllegalArgumentException(argument + ": name a number from 1 to " + max);
		}
		return Integer.parseInt(value);
	}

}

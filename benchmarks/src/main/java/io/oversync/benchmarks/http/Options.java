package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;

/**
 * What was asked for.
 *
 * @param names of measures, none for all
 * @param rounds that count
 * @param seconds of each turn
 */
record Options(List<String> names, int rounds, int seconds) {

	private static final String ROUNDS = "--rounds=";

	private static final String SECONDS = "--seconds=";

	static Options parse(List<String> arguments) {
		List<String> names = new ArrayList<>();
		int rounds = 7;
		int seconds = 3;
		for (String argument : arguments) {
			if (argument.startsWith(ROUNDS)) {
				rounds = positive(argument, ROUNDS);
			}
			else if (argument.startsWith(SECONDS)) {
				seconds = positive(argument, SECONDS);
			}
			else if (argument.startsWith("-")) {
				throw new IllegalArgumentException(
						"No option: " + argument + "; there are " + ROUNDS + "N and " + SECONDS + "S");
			}
			else {
				names.add(argument);
			}
		}
		return new Options(names, rounds, seconds);
	}

	private static int positive(String argument, String option) {
		String value = argument.substring(option.length());
		if (!value.matches("[1-9]\\d{0,3}")) {
			throw new IllegalArgumentException(argument + ": name a number from 1 to 9999");
		}
		return Integer.parseInt(value);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

/**
 * The options of {@code http}.
 */
@Command(name = "http")
final class HttpOptions {

	private static final int MAX_TURNS = 9_999;

	private static final int MAX_CHANGES = 999_999_999;

	@Parameters(arity = "0..*")
	private List<String> names = List.of();

	@Option(names = "--rounds")
	private int rounds = 7;

	@Option(names = "--seconds")
	private int seconds = 3;

	@Option(names = "--changes")
	private int changes = 10_000_000;

	/**
	 * Parses the command line.
	 * @throws ParameterException if an option does not exist, or its value is out of
	 * range
	 */
	static HttpOptions parse(List<String> arguments) {
		HttpOptions options = new HttpOptions();
		CommandLine commandLine = new CommandLine(options);
		commandLine.parseArgs(arguments.toArray(String[]::new));
		options.check("--rounds", options.rounds, MAX_TURNS, commandLine);
		options.check("--seconds", options.seconds, MAX_TURNS, commandLine);
		options.check("--changes", options.changes, MAX_CHANGES, commandLine);
		return options;
	}

	private void check(String option, int value, int max, CommandLine commandLine) {
		if (value < 1 || value > max) {
			throw new ParameterException(commandLine, option + "=" + value + ": name a number from 1 to " + max);
		}
	}

	/** Returns the names of measures, none for all. */
	List<String> names() {
		return this.names;
	}

	/** Returns the rounds that count. */
	int rounds() {
		return this.rounds;
	}

	/** Returns the length of each turn. */
	int seconds() {
		return this.seconds;
	}

	/** Returns the number of changes in the database of a fleet. */
	int changes() {
		return this.changes;
	}

}

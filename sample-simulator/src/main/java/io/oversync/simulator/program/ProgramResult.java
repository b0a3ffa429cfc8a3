/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The result of a program.
 *
 * @param name the program's name
 * @param users the number of users
 * @param duration the duration of the whole run
 * @param median the median of the users' durations
 * @param longest the duration of the slowest user
 * @param traffic the exchange with the server
 * @param counters the number of further events by name
 * @param failures one for each failed user, empty on success
 */
public record ProgramResult(String name, int users, Duration duration, Duration median, Duration longest,
		Traffic traffic, Map<String, Long> counters, List<Failure> failures) {

	/**
	 * Returns the result of a program that all users play together.
	 * @param name of the program
	 * @param users the number of users
	 * @param duration of the program
	 * @param traffic what was exchanged with the server
	 * @param counters what happened how often, by name
	 * @param failures empty if everything was as it should be
	 * @return the result
	 */
	public static ProgramResult of(String name, int users, Duration duration, Traffic traffic,
			Map<String, Long> counters, List<Failure> failures) {
		return new ProgramResult(name, users, duration, duration, duration, traffic, counters, failures);
	}

	/**
	 * Returns the result of a program that broke.
	 * @param name of the program
	 * @param problem what it threw
	 * @return a failed result
	 */
	public static ProgramResult broken(String name, Throwable problem) {
		return of(name, 0, Duration.ZERO, new Traffic(0, 0, 0), Map.of(),
				List.of(new Failure("-", Failure.describe(problem))));
	}

	/**
	 * Returns whether the program succeeded.
	 * @return whether there are no failures
	 */
	public boolean isPassed() {
		return this.failures.isEmpty();
	}

	/**
	 * The exchange with the server.
	 *
	 * @param rowsUp changes that were sent
	 * @param rowsDown changes that were received and changed a row
	 * @param conflicts changes that met another device's
	 */
	public record Traffic(long rowsUp, long rowsDown, long conflicts) {
	}

}

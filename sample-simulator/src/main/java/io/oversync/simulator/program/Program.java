/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

/**
 * Something that the simulator can be asked for with {@code --scenario}.
 */
public interface Program {

	/**
	 * Returns the name.
	 * @return as in {@code --scenario=NAME}
	 */
	String name();

	/**
	 * Returns what it shows.
	 * @return one sentence
	 */
	String purpose();

	/**
	 * Runs it to its end. What goes wrong belongs into the result; an exception is
	 * counted as a failure of the whole program.
	 * @param settings what was asked for
	 * @param console where to say what goes on
	 * @return the result
	 * @throws UsageException if it cannot be run as it was asked for
	 */
	Result run(Settings settings, Console console);

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

/**
 * A program of the simulator, selected by {@code --scenario}.
 */
public interface Program {

	/**
	 * Returns the name.
	 * @return as in {@code --scenario=NAME}
	 */
	String name();

	/**
	 * Returns its purpose.
	 * @return one sentence
	 */
	String purpose();

	/**
	 * Runs the program to its end. Failures belong in the result; an exception counts as
	 * a failure of the whole program.
	 * @param settings the settings of the run
	 * @param console receives the progress
	 * @return the result
	 * @throws UsageException if the settings do not fit
	 */
	ProgramResult run(Settings settings, Console console);

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

/**
 * A story about a user and their devices that people can watch. It tells what it does,
 * checks what came of it, and can be played by many users at once.
 */
interface Scenario {

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
	 * Plays it. Ends normally if everything was as it should be.
	 * @param stage the devices, the voice and the checks
	 * @throws ScenarioFailure if something was not, with the exact difference
	 */
	void play(Stage stage);

}

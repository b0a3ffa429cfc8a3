/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

/**
 * A check of a scenario failed.
 */
class ScenarioFailure extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param message the exact difference
	 */
	ScenarioFailure(String message) {
		super(message);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

/**
 * Something is not as it should be.
 */
class ScenarioFailure extends RuntimeException {

	/**
	 * Creates one.
	 * @param message the exact difference
	 */
	ScenarioFailure(String message) {
		super(message);
	}

}

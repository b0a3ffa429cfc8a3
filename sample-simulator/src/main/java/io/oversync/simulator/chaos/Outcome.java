/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.util.List;

/**
 * What came of a story.
 *
 * @param violations what must never happen, and did
 * @param log what happened, in order
 */
record Outcome(List<Violation> violations, List<String> log) {

	boolean passed() {
		return this.violations.isEmpty();
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.util.List;
import java.util.Map;

/**
 * What came of some chaos.
 *
 * @param seed what decided the stories
 * @param stories how many were told
 * @param counters what happened how often, by name
 * @param violations what must never happen, and did; empty if all is well
 * @param story what happened in the shortest story that violates a rule, one line a step;
 * empty if all is well
 */
record ChaosResult(long seed, int stories, Map<String, Long> counters, List<String> violations, List<String> story) {

	/**
	 * Tells whether no rule was violated.
	 * @return true if all is well
	 */
	boolean passed() {
		return this.violations.isEmpty();
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.Map;

/**
 * The result of some chaos.
 *
 * @param seed decided the workloads
 * @param workloads the number of workloads
 * @param counters what happened how often, by name
 * @param violations of the rules; empty if all is well
 * @param log what happened in the shortest workload that violates a rule, one line a
 * step; empty if all is well
 */
public record ChaosResult(long seed, int workloads, Map<String, Long> counters, List<String> violations,
		List<String> log) {

	/**
	 * Returns whether no rule was violated.
	 * @return true if all is well
	 */
	public boolean passed() {
		return this.violations.isEmpty();
	}

}

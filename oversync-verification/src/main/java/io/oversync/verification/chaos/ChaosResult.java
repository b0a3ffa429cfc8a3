/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.Map;

/**
 * The result of a chaos run.
 *
 * @param seed the seed of the workloads
 * @param workloads the number of workloads
 * @param counters the number of events by name
 * @param violations the violations of rules, empty if there are none
 * @param log the steps of the shortest workload that violates a rule, one line each;
 * empty if there is none
 */
public record ChaosResult(long seed, int workloads, Map<String, Long> counters, List<String> violations,
		List<String> log) {

	/**
	 * Returns whether no rule was violated.
	 * @return true without violations
	 */
	public boolean passed() {
		return this.violations.isEmpty();
	}

}

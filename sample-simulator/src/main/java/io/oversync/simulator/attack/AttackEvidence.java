/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What was seen of an attack.
 *
 * @param obstacle why the attack could not be prepared, or null
 * @param calls the honest user's requests
 * @param differences between what the server acknowledged to him and what it has
 * @param alive whether the server's process has survived
 * @param recovery the time after the attack until the attacker was served, null for never
 * @param busyConnections connections to the database that were still in use after that
 * @param answers how many of the attacker's requests had which outcome
 * @param longestAnswer of the attacker's requests, the time of the slowest in
 * milliseconds
 * @param logBytes how much the server has logged
 */
record AttackEvidence(@Nullable String obstacle, List<Call> calls, List<String> differences, boolean alive,
		@Nullable Duration recovery, long busyConnections, Map<String, Long> answers, long longestAnswer,
		long logBytes) {

	long requests() {
		return this.answers.values().stream().mapToLong(Long::longValue).sum();
	}

}

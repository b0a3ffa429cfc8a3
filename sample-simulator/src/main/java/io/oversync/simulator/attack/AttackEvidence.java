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
 * The evidence about an attack.
 *
 * @param obstacle the reason for which the attack could not be prepared, or null
 * @param calls the honest user's requests
 * @param differences between the acknowledged changes and the server's rows
 * @param alive whether the server's process has survived
 * @param recovery the time after the attack until the attacker was served, null for never
 * @param busyConnections connections to the database that were still in use after that
 * @param answers the number of the attacker's requests by outcome
 * @param longestAnswer the time of the attacker's slowest request in milliseconds
 * @param logBytes the bytes that the server has logged
 */
record AttackEvidence(@Nullable String obstacle, List<Call> calls, List<String> differences, boolean alive,
		@Nullable Duration recovery, long busyConnections, Map<String, Long> answers, long longestAnswer,
		long logBytes) {

	long requests() {
		return this.answers.values().stream().mapToLong(Long::longValue).sum();
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.time.Duration;

/**
 * The bounds on the effects of an attack.
 *
 * @param p99 the honest user's 99th percentile
 * @param max the honest user's longest request
 * @param answer the attacker's longest request: it has a deadline, too
 * @param recovery the time after the attack until the attacker is served normally again
 */
record AttackBounds(Duration p99, Duration max, Duration answer, Duration recovery) {

	/** The promised bounds, on an otherwise idle machine. */
	static final AttackBounds STRICT = new AttackBounds(Duration.ofSeconds(1), Duration.ofSeconds(5),
			Duration.ofSeconds(12), Duration.ofSeconds(10));

	/** Bounds that detect starvation but tolerate a busy machine. */
	static final AttackBounds STARVATION = new AttackBounds(Duration.ofSeconds(6), Duration.ofSeconds(8),
			Duration.ofSeconds(20), Duration.ofSeconds(15));

	/** The bytes that a server may always log. */
	static final long LOG_BYTES = 64 * 1024;

	/** The bytes that it may log for each request of the attacker. */
	static final long LOG_BYTES_PER_REQUEST = 1024;

}

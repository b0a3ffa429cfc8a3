/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.time.Duration;

/**
 * What an attack may cost the others.
 *
 * @param p99 the honest user's 99th percentile
 * @param max his longest request
 * @param answer the attacker's longest request: it has a deadline, too
 * @param recovery the time after the attack until the attacker is served normally again
 */
record AttackBounds(Duration p99, Duration max, Duration answer, Duration recovery) {

	/** What is promised, on a machine that does nothing else. */
	static final AttackBounds STRICT = new AttackBounds(Duration.ofSeconds(1), Duration.ofSeconds(5),
			Duration.ofSeconds(12), Duration.ofSeconds(10));

	/** What shows starvation, but not that a machine has other work to do. */
	static final AttackBounds STARVATION = new AttackBounds(Duration.ofSeconds(6), Duration.ofSeconds(8),
			Duration.ofSeconds(20), Duration.ofSeconds(15));

	/** How much a server may log in any case. */
	static final long LOG_BYTES = 64 * 1024;

	/** How much it may log for each request of the attacker. */
	static final long LOG_BYTES_PER_REQUEST = 1024;

}

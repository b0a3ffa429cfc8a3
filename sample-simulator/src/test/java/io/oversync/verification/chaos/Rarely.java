/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Returns true at regular intervals, the same ones in every run.
 */
final class Rarely {

	private final int period;

	private final AtomicLong count = new AtomicLong();

	private Rarely(int period) {
		this.period = period;
	}

	static Rarely onceIn(int period) {
		return new Rarely(period);
	}

	boolean now() {
		return this.count.incrementAndGet() % this.period == 0;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.time.Duration;

/**
 * When each device of a fleet is due, so that all together sync evenly.
 *
 * @param devices how many there are
 * @param rate how many syncs a second they make together
 */
record Pacing(int devices, double rate) {

	/** A start that is later than this is a late one. */
	static final Duration TOLERANCE = Duration.ofMillis(100);

	private static final double SECOND = Duration.ofSeconds(1).toNanos();

	/** Returns the time from one sync of a device to its next, in nanoseconds. */
	long period() {
		return Math.max(1, Math.round(SECOND * this.devices / this.rate));
	}

	/** Returns when a device syncs for the first time, in nanoseconds. */
	long firstStart(int device) {
		return Math.round(SECOND * device / this.rate);
	}

	/** Returns when a device is due, in nanoseconds. */
	long start(int device, long turn) {
		return firstStart(device) + turn * period();
	}

	/** Returns whether it was due long ago. */
	boolean isLate(int device, long turn, long now) {
		return now - start(device, turn) > TOLERANCE.toNanos();
	}

}

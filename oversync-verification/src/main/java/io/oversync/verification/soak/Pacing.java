/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.time.Duration;

/**
 * The times at which the devices of a fleet are due, evenly spread.
 *
 * @param devices the number of devices
 * @param rate their syncs per second together
 */
record Pacing(int devices, double rate) {

	/** A start that is later than this is a late one. */
	static final Duration TOLERANCE = Duration.ofMillis(100);

	private static final double SECOND = Duration.ofSeconds(1).toNanos();

	/** Returns the time from one sync of a device to its next, in nanoseconds. */
	long period() {
		return Math.max(1, Math.round(SECOND * this.devices / this.rate));
	}

	/** Returns the time of a device's first sync, in nanoseconds. */
	long firstStart(int device) {
		return Math.round(SECOND * device / this.rate);
	}

	/** Returns the time at which a device is due, in nanoseconds. */
	long start(int device, long turn) {
		return firstStart(device) + turn * period();
	}

	/** Returns whether it was due long ago. */
	boolean isLate(int device, long turn, long now) {
		return now - start(device, turn) > TOLERANCE.toNanos();
	}

}

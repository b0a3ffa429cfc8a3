/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

/**
 * What the devices of a soak do: they edit and sync, evenly spread over time.
 *
 * @param users how many people
 * @param devices how many devices each of them has
 * @param rate how many syncs a second all devices make together
 * @param rows about how many rows each device has, from the beginning to the end:
 * otherwise the times of requests could not be compared
 * @param seed decides what is left to chance
 */
public record FleetLoad(int users, int devices, double rate, int rows, long seed) {

	/** The usual number of rows of a device. */
	public static final int USUAL_ROWS = 200;

	/**
	 * Checks the numbers.
	 */
	public FleetLoad {
		if (users < 1 || devices < 1 || rows < 1) {
			throw new IllegalArgumentException("There must be at least one user, device and row");
		}
		if (!(rate > 0)) {
			throw new IllegalArgumentException("The rate must be positive, not " + rate);
		}
	}

	/** Returns the size of the whole fleet. */
	int fleet() {
		return this.users * this.devices;
	}

}

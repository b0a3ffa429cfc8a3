/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

/**
 * The load of a soak: devices edit and sync, evenly spread over time.
 *
 * @param users the number of users
 * @param devices the number of devices of each user
 * @param rate the syncs per second of all devices together
 * @param rows the approximate number of rows of each device, constant so that the times
 * of requests are comparable
 * @param seed the seed of all random choices
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

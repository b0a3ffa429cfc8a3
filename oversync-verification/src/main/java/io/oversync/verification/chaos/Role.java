/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Comparator;

/**
 * A device in a workload.
 *
 * @param user number of the user, from 0
 * @param device number of the user's device, from 0
 */
record Role(int user, int device) implements Comparable<Role> {

	private static final Comparator<Role> order = Comparator.comparingInt(Role::user).thenComparingInt(Role::device);

	@Override
	public int compareTo(Role other) {
		return order.compare(this, other);
	}

	@Override
	public String toString() {
		return "user " + (this.user + 1) + "'s device " + (this.device + 1);
	}

}

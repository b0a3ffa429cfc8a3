/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * A write of a user on a device, or an event after which a device takes rows for written.
 *
 * @param device its id
 * @param row the row, or {@link #ANY}
 * @param time the time, in {@link System#nanoTime}
 */
record UserWrite(String device, String row, long time) {

	/** Any row: a device compares rows with the server's that it did not watch. */
	static final String ANY = "";

	/** Returns whether this may be a write of a row. */
	boolean mayBeOf(String other) {
		return this.row.equals(ANY) || this.row.equals(other);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How long what is kept of a stream.
 *
 * @param changes the age up to which all entries stay
 * @param devices the time after which a device that was not seen no longer counts
 * @param cursors whether entries above the cursor of a device stay; tests leave that out
 * @param tombstones the age after which the tombstone of a deleted row may go, null for
 * never
 */
public record Retention(Duration changes, Duration devices, boolean cursors, @Nullable Duration tombstones) {

	/**
	 * Creates the retention of an application.
	 * @param changes the age up to which all entries stay
	 * @param devices the time after which a device no longer counts
	 */
	public Retention(Duration changes, Duration devices) {
		this(changes, devices, true);
	}

	/**
	 * Creates a retention that keeps all tombstones.
	 * @param changes the age up to which all entries stay
	 * @param devices the time after which a device no longer counts
	 * @param cursors whether entries above the cursor of a device stay
	 */
	public Retention(Duration changes, Duration devices, boolean cursors) {
		this(changes, devices, cursors, null);
	}

}

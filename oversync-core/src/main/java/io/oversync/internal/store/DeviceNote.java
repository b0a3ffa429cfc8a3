/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a node noted of a device.
 *
 * @param sourceId the device
 * @param age the time since its last request
 * @param after the cursor that it sent last, null if it sent none; of several schemas the
 * lowest
 * @param scope the schema that the cursor is for, or {@link #ALL}
 * @param mixed whether it sent cursors for several
 * @param uploaded the cursor of an upload, 0 for none; counts if the device has no other
 */
public record DeviceNote(String sourceId, Duration age, @Nullable Long after, String scope, boolean mixed,
		long uploaded) {

	/** The whole stream. */
	public static final String ALL = "";

}

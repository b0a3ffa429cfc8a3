/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

/**
 * Which deletes a stream still knew when its rows had been read.
 *
 * @param since the server_id up to which tombstones may have expired, 0 for none
 * @param begun whether the asking device began with nothing after that, and reads on
 */
public record Retained(long since, boolean begun) {

	/** Of a stream that knows all deletes. */
	public static final Retained ALL = new Retained(0, false);

}

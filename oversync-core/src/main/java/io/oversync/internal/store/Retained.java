/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import io.oversync.protocol.ExpiredDeletes;

/**
 * Which deletes a stream knew when rows were read, in the same snapshot: a row that had
 * not expired then is there with its delete.
 *
 * @param expired which deletes had expired
 * @param begun whether the asking device began with nothing after that, and reads on
 */
public record Retained(ExpiredDeletes expired, boolean begun) {

	/** Of a stream that knows all deletes. */
	public static final Retained ALL = new Retained(ExpiredDeletes.NONE, false);

	/**
	 * Returns the position up to which deletes may be missing.
	 * @return a server_id, 0 for none
	 */
	public long since() {
		return this.expired.retainedSince();
	}

}

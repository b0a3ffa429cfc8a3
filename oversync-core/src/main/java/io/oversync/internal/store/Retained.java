/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import io.oversync.protocol.ExpiredDeletes;

/**
 * Which deletes a stream knew while rows were read. A row that expires during that time
 * may be among them without its delete.
 *
 * @param before which deletes had expired before the rows were read
 * @param after which deletes had expired when they had been read
 * @param begun whether the asking device began with nothing after that, and reads on
 */
public record Retained(ExpiredDeletes before, ExpiredDeletes after, boolean begun) {

	/** Of a stream that knows all deletes. */
	public static final Retained ALL = new Retained(ExpiredDeletes.NONE, ExpiredDeletes.NONE, false);

	/**
	 * Returns the position up to which deletes may be missing.
	 * @return a server_id, 0 for none
	 */
	public long since() {
		return this.after.retainedSince();
	}

}

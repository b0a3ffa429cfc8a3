/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.Operation;

/**
 * An earlier application of one of the device's change ids.
 *
 * @param serverId its place in the stream
 * @param row the row that it was applied to
 * @param op what it did
 * @param version the version that it produced
 */
public record Application(long serverId, RowKey row, Operation op, long version) {

	/**
	 * Returns whether a change may have the same content, payload aside.
	 * @param change a change with the same id
	 * @return whether row and operation are the same
	 */
	public boolean matches(Change change) {
		return this.op == change.op() && this.row.equals(change.row());
	}

}

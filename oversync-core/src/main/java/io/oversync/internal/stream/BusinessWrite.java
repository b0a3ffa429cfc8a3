/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import java.util.List;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * One row to be written to, or deleted from, its business table.
 *
 * @param row the row
 * @param op the operation of its last change
 * @param state the state that is being written
 * @param images the payloads to be written, oldest first: a later one overrides the
 * members that it has; empty for a delete
 * @param payload the row's after-image, for handlers; null for a delete, and for one that
 * is in the stream only
 * @param fresh whether the row was deleted before and comes back: should the business
 * table still hold it, synced columns without a member take their defaults
 */
public record BusinessWrite(RowKey row, Operation op, RowState state, List<Payload> images, @Nullable Payload payload,
		boolean fresh) {

	public BusinessWrite {
		images = List.copyOf(images);
	}

	/**
	 * Creates the write of a row as it is in the stream.
	 * @param row the row
	 * @param state its state, live
	 * @param image its after-image
	 * @return an update, or an insert where the table lacks the row
	 */
	public static BusinessWrite upsert(RowKey row, RowState state, Payload image) {
		return new BusinessWrite(row, Operation.UPDATE, state, List.of(image), image, false);
	}

	/**
	 * Creates the delete of a row as it is in the stream.
	 * @param row the row
	 * @param state its state, a tombstone
	 * @return the delete
	 */
	public static BusinessWrite delete(RowKey row, RowState state) {
		return new BusinessWrite(row, Operation.DELETE, state, List.of(), null, false);
	}

	/**
	 * Returns the version of the row that is being written.
	 * @return that of its state
	 */
	public long version() {
		return this.state.version();
	}

	/**
	 * Returns whether the row is to be deleted.
	 * @return whether this is a delete
	 */
	public boolean isDelete() {
		return this.op == Operation.DELETE;
	}

}

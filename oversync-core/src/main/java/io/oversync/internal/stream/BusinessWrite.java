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
 * @param version the version of the row that is being written
 * @param op the operation of the last change
 * @param images the payloads to be written, oldest first: a later one overrides the
 * members that it has; empty for a delete
 * @param payload the row's after-image, for handlers; null for a delete, and for one that
 * is in the stream only
 * @param fresh whether the row was deleted before and comes back: of what the business
 * table may still hold of it, synced columns without a member take their defaults
 */
public record BusinessWrite(RowKey row, long version, Operation op, List<Payload> images, @Nullable Payload payload,
		boolean fresh) {

	public BusinessWrite {
		images = List.copyOf(images);
	}

	/**
	 * Creates a write of a row that did not come back.
	 * @param row the row
	 * @param version the version of the row that is being written
	 * @param op the operation of the last change
	 * @param images the payloads to be written, oldest first
	 * @param payload the row's after-image
	 */
	public BusinessWrite(RowKey row, long version, Operation op, List<Payload> images, @Nullable Payload payload) {
		this(row, version, op, images, payload, false);
	}

	/**
	 * Returns whether the row is to be deleted.
	 * @return whether this is a delete
	 */
	public boolean isDelete() {
		return this.op == Operation.DELETE;
	}

}

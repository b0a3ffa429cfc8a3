/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.List;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A change of an upload that passed all checks without the database.
 *
 * @param index its place in the request
 * @param sourceChangeId the device's own number
 * @param op its operation
 * @param row the row
 * @param expectedVersion the version that the device last saw
 * @param payload the after-image, null for a DELETE
 * @param references the payload's values of foreign keys; one that it does not mention
 * keeps its value
 */
public record Change(int index, long sourceChangeId, Operation op, RowKey row, long expectedVersion,
		@Nullable Payload payload, List<Reference> references) {

	private static final long ANY_VERSION = -1;

	/**
	 * Returns this change as one that the server makes itself, on top of whatever version
	 * the row has.
	 * @return otherwise the same
	 */
	public Change byServer() {
		return new Change(this.index, 0, this.op, this.row, ANY_VERSION, this.payload, this.references);
	}

	boolean isByServer() {
		return this.expectedVersion == ANY_VERSION;
	}

	/**
	 * Returns the rows that the payload refers to.
	 * @return possibly one of them several times
	 */
	public List<RowKey> parents() {
		List<RowKey> parents = new ArrayList<>(this.references.size());
		for (Reference reference : this.references) {
			if (reference.parent() != null) {
				parents.add(reference.parent());
			}
		}
		return parents;
	}

	/**
	 * Returns the index, which no other change of the upload has: devices choose all
	 * other members and could choose colliding ones.
	 */
	@Override
	public int hashCode() {
		return this.index;
	}

}

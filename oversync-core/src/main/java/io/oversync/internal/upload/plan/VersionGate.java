/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import io.oversync.internal.stream.Application;
import io.oversync.internal.stream.RowState;
import org.jspecify.annotations.Nullable;

/**
 * The optimistic concurrency rule of one row (protocol §2.1 steps 2 and 3).
 */
final class VersionGate {

	/** The result of {@link #check} for a conflict. */
	static final long REFUSED = -1;

	private VersionGate() {
	}

	/**
	 * Checks an upsert, or a delete of a live row.
	 * @param change the change
	 * @param row its row now
	 * @param latest the latest application of the change's id, null for none
	 * @return the version that the change produces, or {@link #REFUSED}
	 */
	static long check(Change change, RowState row, @Nullable Application latest) {
		if (change.isByServer()) {
			return row.version() + 1;
		}
		if (!row.isKnown()) {
			// the server lost the row: no other device can have edited it
			return change.expectedVersion() + 1;
		}
		return (row.version() == expectedVersion(change, row, latest)) ? row.version() + 1 : REFUSED;
	}

	/**
	 * A device that lost our answer and then edited the row keeps the id of its change:
	 * it expects the version that this id produced.
	 */
	private static long expectedVersion(Change change, RowState row, @Nullable Application latest) {
		boolean ownVersion = latest != null && change.row().equals(latest.row()) && latest.version() == row.version();
		return ownVersion ? row.version() : change.expectedVersion();
	}

}

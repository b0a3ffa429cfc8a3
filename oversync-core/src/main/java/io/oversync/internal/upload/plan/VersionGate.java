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
	 * @param expiredVersion the highest version of rows of which nothing is left
	 * @return the version that the change produces, or {@link #REFUSED}
	 */
	static long check(Change change, RowState row, @Nullable Application latest, long expiredVersion) {
		if (change.isByServer()) {
			return next(row, expiredVersion);
		}
		if (!row.isKnown()) {
			// the server lost the row: no other device can have edited it
			return Math.max(change.expectedVersion(), expiredVersion) + 1;
		}
		return (row.version() == expectedVersion(change, row, latest)) ? row.version() + 1 : REFUSED;
	}

	/**
	 * Returns the version of a change that the server makes.
	 * @param row its row now
	 * @param expiredVersion the highest version of rows of which nothing is left: a
	 * device may still know the row from then
	 * @return the next version
	 */
	static long next(RowState row, long expiredVersion) {
		return (row.isKnown() ? row.version() : expiredVersion) + 1;
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

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * A device asks for what comes after a cursor behind which deletes are gone (§3): it
 * would keep rows that others have deleted, so it has to compare all of its rows with the
 * server's.
 */
public class CursorExpiredException extends SyncException {

	private final long retainedSince;

	/**
	 * Creates the error.
	 * @param after the cursor
	 * @param retainedSince the first cursor that is served, besides 0
	 */
	public CursorExpiredException(long after, long retainedSince) {
		super(ErrorCode.CURSOR_EXPIRED,
				"Deletes after " + after + " are no longer known, only those after " + retainedSince
						+ ": download everything from 0, and remove the rows that did not come and were not"
						+ " changed here; what was changed here can be uploaded as always");
		this.retainedSince = retainedSince;
	}

	/**
	 * Returns the first cursor that is served, besides 0.
	 * @return a server_id
	 */
	public long retainedSince() {
		return this.retainedSince;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

/**
 * A row of a user at one moment, as the stream left it.
 *
 * @param version its version, 0 for a row that the server never saw
 * @param deleted whether it is a tombstone
 * @param serverId its last change, 0 for none
 * @param imageServerId the change that holds its last after-image, 0 when none does
 */
public record RowState(long version, boolean deleted, long serverId, long imageServerId) {

	/** Of a row that the server never saw. */
	public static final RowState UNKNOWN = new RowState(0, false, 0, 0);

	/**
	 * Returns whether the server ever saw the row.
	 * @return whether it has a version
	 */
	public boolean isKnown() {
		return this.version > 0;
	}

	/**
	 * Returns whether the row exists in the stream.
	 * @return whether it is known and no tombstone
	 */
	public boolean isLive() {
		return isKnown() && !this.deleted;
	}

}

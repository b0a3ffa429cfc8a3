/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * A user's stream as it was when it was locked.
 *
 * @param id its id
 * @param head the highest server_id, 0 for none
 * @param headSourceNo the source of the head, null for none
 * @param otherServerId the highest server_id of any source other than the head's
 * @param sourceCount the highest number of a source
 * @param serverChangeCount the source_change_id of the last change that the server made
 * @param sourceNo the number of the asking source, null for one that is new
 * @param serverSourceNo the number of the source {@code server}, null when it never made
 * a change
 * @param hasFailures whether rows of the user could not be written to their business
 * tables
 * @param hasRestores whether rows were restored for the asking source; read without a
 * lock, only those that it has not received
 */
public record Stream(long id, long head, @Nullable Integer headSourceNo, long otherServerId, int sourceCount,
		long serverChangeCount, @Nullable Integer sourceNo, @Nullable Integer serverSourceNo, boolean hasFailures,
		boolean hasRestores) {

	/**
	 * Returns the highest server_id of any source but one.
	 * @param source the number of a source, null for one that made no change
	 * @return 0 for none
	 */
	public long highestOfOthers(@Nullable Integer source) {
		return (source != null && source.equals(this.headSourceNo)) ? this.otherServerId : this.head;
	}

}

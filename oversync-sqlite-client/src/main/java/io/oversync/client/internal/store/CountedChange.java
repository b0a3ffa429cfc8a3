/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import io.oversync.client.internal.protocol.ReceivedChange;

/**
 * A change of this device at the end of what was counted of the stream, which no page has
 * shown: only its number says whether a change that is found there is that one, and not
 * another of this device in another history of the server.
 *
 * @param position its position, 0 for none
 * @param first the lowest number that the server has confirmed since everything was
 * hydrated
 * @param last the highest
 */
public record CountedChange(long position, long first, long last) {

	private static final long NUMBERS = 1L << 32;

	/** Returns whether a change at the position is one that was confirmed. */
	public boolean is(ReceivedChange change, String sourceId) {
		long id = change.sourceChangeId();
		if (!change.sourceId().equals(sourceId)) {
			return false;
		}
		// of a row that went back only the end of the number is the change's own
		return (id > ChangeIds.MAX) ? Math.floorMod(id - this.first, NUMBERS) <= this.last - this.first
				: id >= this.first && id <= this.last;
	}

}

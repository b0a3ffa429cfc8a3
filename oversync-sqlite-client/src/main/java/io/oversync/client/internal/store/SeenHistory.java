/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * The part of the stream that the database has seen.
 *
 * @param cursor up to where its changes were written
 * @param head a position that it had reached
 * @param mark the position of the last entry that was seen
 * @param print the fingerprint of that entry, or null
 * @param epoch the server's epoch, or null
 * @param counted a change of this device that was not seen
 */
public record SeenHistory(long cursor, long head, long mark, @Nullable String print, @Nullable String epoch,
		CountedChange counted) {

	/** Returns the position at which the history is checked; 0 for none yet. */
	public long position() {
		return Math.max(this.cursor, this.mark);
	}

	/**
	 * Returns whether the entry there was seen; otherwise it is one that pages leave out.
	 */
	public boolean isMark() {
		return this.mark == position();
	}

	/**
	 * Returns whether it is one that pages leave out, and that the server has confirmed.
	 */
	public boolean isCounted() {
		return this.counted.position() == position();
	}

	public long end() {
		return Math.max(this.head, position());
	}

}

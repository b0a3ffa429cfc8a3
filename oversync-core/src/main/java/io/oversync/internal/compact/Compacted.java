/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

/**
 * What came of a compaction.
 *
 * @param horizon up to where the stream was read
 * @param entries the entries up to there
 * @param garbage the entries of these that are garbage
 * @param removed the entries that were removed
 * @param expirable the deleted rows whose tombstones have expired
 * @param expired the deleted rows of these that went altogether
 * @param end how it ended
 */
public record Compacted(long horizon, long entries, long garbage, long removed, long expirable, long expired, End end) {

	/** How a compaction ended. */
	public enum End {

		/** All garbage was removed, if any was to be. */
		COMPLETE,
		/** What is garbage was only to be found out, or it was too little. */
		LEFT,
		/** Another node compacts the stream. */
		BUSY,
		/** Uploads had the stream most of the time; the next compaction goes on. */
		INTERRUPTED

	}

	static Compacted nothing(End end) {
		return new Compacted(0, 0, 0, 0, 0, 0, end);
	}

}

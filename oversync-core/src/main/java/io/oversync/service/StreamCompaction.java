/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.service;

import io.oversync.protocol.SyncException;

/**
 * Removes the garbage of streams: entries that no device needs any more, since later
 * entries say the same. What is kept and how long is configured with
 * {@code oversync.retention}. Devices do not notice.
 * <p>
 * Works in short transactions and leaves uploads their turn. It may be interrupted, and
 * repeated, at any time.
 */
public interface StreamCompaction {

	/**
	 * Removes the garbage of one user's stream. Beside the background work, for which it
	 * also has to be worthwhile.
	 * <p>
	 * Compact a stream rarely: a device that is in the middle of its first download while
	 * its stream is compacted twice may meet rows in an order that its constraints
	 * refuse.
	 * @param userId the user
	 * @return what came of it
	 * @throws IllegalArgumentException for an id that no user can have
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble; what
	 * was removed until then stays removed
	 */
	Result compact(String userId);

	/**
	 * Finds the garbage of one user's stream and removes none.
	 * @param userId the user
	 * @return what {@link #compact} would find
	 * @throws IllegalArgumentException for an id that no user can have
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	Result preview(String userId);

	/**
	 * What came of it.
	 *
	 * @param outcome how it ended
	 * @param horizon the server_id up to which the stream was read; younger entries, and
	 * those that a device has not received, lie above it
	 * @param entries the entries up to there
	 * @param garbage how many of these are garbage
	 * @param removed how many were removed
	 * @param expired how many deleted rows went altogether, since their tombstones had
	 * expired
	 * @param expirable how many deleted rows were found whose tombstones have expired,
	 * which is what {@link #preview} finds of {@code oversync.retention.tombstones}; 0 if
	 * garbage was left and they were not looked for
	 */
	record Result(Outcome outcome, long horizon, long entries, long garbage, long removed, long expired,
			long expirable) {

		/**
		 * Creates the result of a compaction that left no tombstone that had expired.
		 * @param outcome how it ended
		 * @param horizon up to where the stream was read
		 * @param entries the entries up to there
		 * @param garbage how many of these are garbage
		 * @param removed how many were removed
		 * @param expired how many deleted rows went altogether
		 */
		public Result(Outcome outcome, long horizon, long entries, long garbage, long removed, long expired) {
			this(outcome, horizon, entries, garbage, removed, expired, expired);
		}

		/**
		 * Creates the result of a compaction that left all tombstones.
		 * @param outcome how it ended
		 * @param horizon up to where the stream was read
		 * @param entries the entries up to there
		 * @param garbage how many of these are garbage
		 * @param removed how many were removed
		 */
		public Result(Outcome outcome, long horizon, long entries, long garbage, long removed) {
			this(outcome, horizon, entries, garbage, removed, 0);
		}

	}

	/** How a compaction ended. */
	enum Outcome {

		/** All garbage was removed. */
		COMPLETE,
		/** The garbage was left: there is none, or it was only to be found. */
		LEFT,
		/** The stream is being compacted by another thread or node. */
		BUSY,
		/** The rest of the garbage is left to the next compaction. */
		INTERRUPTED

	}

}

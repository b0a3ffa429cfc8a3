/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;

/**
 * Bounds the memory that all blocks of this process take together, from before they are
 * read until they are written to clients, which may be slow. One user gets at most a
 * quarter of it, and a quarter is reserved for the first blocks of pages: most pages have
 * only one. A block that is larger than all of the memory is admitted alone.
 * <p>
 * When a request waits for memory, the oldest blocks give way between two of their rows:
 * after a short time those of users who have at least as much as the waiting user would
 * have, after a longer time all. Their answers break off, and the clients request the
 * page again.
 */
final class BlockMemory {

	private static final int USERS = 4;

	private static final int FIRST_SHARE = 4;

	/** Younger blocks are not asked to give way. */
	private static final Duration YOUNG = Duration.ofSeconds(3);

	/** After this time it does not matter how little the user has. */
	private static final Duration OLD = Duration.ofSeconds(20);

	/** Others grow old while a request waits. */
	private static final Duration LOOK = Duration.ofMillis(250);

	private final long total;

	private final Duration longestWait;

	private final LongSupplier nanoTime;

	private final Map<String, Long> users = new HashMap<>();

	/** In the order in which they came. */
	private final Set<Reservation> reservations = new LinkedHashSet<>();

	private long reserved;

	/**
	 * Creates it.
	 * @param total bytes for all users
	 * @param longestWait how long a request waits for others
	 * @param nanoTime the clock
	 */
	BlockMemory(long total, Duration longestWait, LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.total = total;
		this.longestWait = longestWait;
	}

	/**
	 * Reserves memory for the first block of a page, and waits until it is free. Must not
	 * be called while the caller holds a reservation: two such callers could wait for
	 * each other.
	 * @param user for whom
	 * @param bytes how much
	 * @return to be closed
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} if there is none for too long
	 */
	Reservation reserveFirst(String user, long bytes) {
		return reserve(user, bytes, this.total);
	}

	/**
	 * Reserves memory for a further block, in the same way.
	 * @param user for whom
	 * @param bytes how much
	 * @return to be closed
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} if there is none for too long
	 */
	Reservation reserve(String user, long bytes) {
		return reserve(user, bytes, this.total - this.total / FIRST_SHARE);
	}

	private synchronized Reservation reserve(String user, long bytes, long reach) {
		Deadline deadline = Deadline.in(this.longestWait);
		while (!fits(user, bytes, reach)) {
			if (deadline.isOver()) {
				throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
						"Too many large downloads are being read slowly; please try again later");
			}
			cutOld(user, bytes, reach);
			await(deadline);
		}
		change(user, bytes);
		Reservation reservation = new Reservation(user, bytes);
		this.reservations.add(reservation);
		return reservation;
	}

	private boolean fits(String user, long bytes, long reach) {
		long ofUser = this.users.getOrDefault(user, 0L);
		return (this.reserved == 0 || this.reserved + bytes <= reach)
				&& (ofUser == 0 || ofUser + bytes <= this.total / USERS);
	}

	private void cutOld(String user, long bytes, long reach) {
		long toStay = this.reserved;
		for (Reservation reservation : this.reservations) {
			toStay -= reservation.cut ? reservation.bytes : 0;
		}
		long ofUser = this.users.getOrDefault(user, 0L) + bytes;
		for (Reservation reservation : this.reservations) {
			if (toStay > 0 && toStay + bytes > reach && givesWay(reservation, ofUser)) {
				reservation.cut = true;
				toStay -= reservation.bytes;
			}
		}
	}

	private boolean givesWay(Reservation reservation, long ofUser) {
		long age = this.nanoTime.getAsLong() - reservation.start;
		return !reservation.cut && (age > OLD.toNanos()
				|| (age > YOUNG.toNanos() && this.users.getOrDefault(reservation.user, 0L) >= ofUser));
	}

	private void await(Deadline deadline) {
		try {
			wait(Math.max(1, Math.min(LOOK.toMillis(), deadline.left().toMillis())));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE, "The server is shutting down; please try again",
					ex);
		}
	}

	private synchronized void change(String user, long bytes) {
		this.reserved += bytes;
		this.users.merge(user, bytes, Long::sum);
		this.users.remove(user, 0L);
		notifyAll();
	}

	synchronized long reserved() {
		return this.reserved;
	}

	/** Memory for one block. */
	final class Reservation implements AutoCloseable {

		private final String user;

		private final long start = BlockMemory.this.nanoTime.getAsLong();

		private long bytes;

		private volatile boolean cut;

		private Reservation(String user, long bytes) {
			this.user = user;
			this.bytes = bytes;
		}

		/**
		 * Checks that the rest of the block may still be written.
		 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} if it gives way to others
		 */
		void requireKept() {
			if (this.cut) {
				throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
						"The page was read slowly while others waited for memory; please try again");
			}
		}

		/**
		 * Releases the part that is not needed.
		 * @param needed how much stays reserved
		 */
		void shrinkTo(long needed) {
			synchronized (BlockMemory.this) {
				if (needed < this.bytes) {
					change(this.user, needed - this.bytes);
					this.bytes = needed;
				}
			}
		}

		@Override
		public void close() {
			synchronized (BlockMemory.this) {
				shrinkTo(0);
				BlockMemory.this.reservations.remove(this);
			}
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MemoryUse;
import io.oversync.protocol.SyncException;

/**
 * The part of the heap that uploads may take at a time, in this process. A request
 * reserves while its body comes in, releases the excess once it is read, and the rest
 * when its answer is written. A request that does not fit beside others waits briefly.
 * <p>
 * Uploads that hold a part of their memory and wait for the rest could deadlock. So
 * beyond a small size an upload reserves a lot at once, and when all reserved memory
 * belongs to waiting uploads, the one that came last is refused.
 * <p>
 * No single user can reserve all of it: endless bodies of one user must not keep the
 * others out. Half of the rest is for small uploads alone: many users who upload a lot
 * must not block users who save a few rows. With more than one upload at a time a user
 * gets no more than stays free: two or three such users leave as much to the others.
 * <p>
 * An upload that comes in slowly keeps its memory for long. When another one has to wait
 * for memory, the oldest that still come in give way: after a short time those of users
 * who have at least as much as the waiting user would have, after a longer time all.
 */
final class MemoryBudget {

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

	/** Reserved at a time: small uploads ask once. */
	private static final long STEP = 64 * 1024;

	private static final long SMALL = 1024 * 1024;

	/** What an upload reserves that is not small; then twice as much, and so on. */
	private static final long LARGE = 4 * SMALL;

	/** Younger ones are not asked to give way. */
	private static final Duration YOUNG = Duration.ofSeconds(3);

	/** After this time it does not matter how little the user has. */
	private static final Duration OLD = Duration.ofSeconds(20);

	/** Others grow old while an upload waits. */
	private static final Duration LOOK = Duration.ofMillis(250);

	private final long bytesPerUser;

	private final long bytesForSmall;

	private final LongSupplier nanoTime;

	private final Map<String, Long> reservedByUser = new HashMap<>();

	/** The requests with reservations, in the order in which they came. */
	private final Set<Reservation> holders = new LinkedHashSet<>();

	/** A fair lock: a later request must not pass those that wait. */
	private final ReentrantLock lock = new ReentrantLock(true);

	private final Condition returned = this.lock.newCondition();

	private long free;

	/**
	 * Creates a budget.
	 * @param bytes its size
	 * @param nanoTime the clock
	 */
	MemoryBudget(long bytes, LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.bytesPerUser = bytes / 4 * 3;
		this.bytesForSmall = bytes / 8;
		this.free = bytes;
	}

	/**
	 * Starts a request.
	 * @param userId its user
	 * @return the request, without a reservation
	 */
	Reservation open(String userId) {
		return new Reservation(userId);
	}

	/** Returns the free memory. */
	long free() {
		this.lock.lock();
		try {
			return this.free;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns the number of users with reservations. */
	int users() {
		this.lock.lock();
		try {
			return this.reservedByUser.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void take(Reservation reservation, long wanted, long outOfReach) {
		long count = wanted - reservation.reserved;
		this.lock.lock();
		try {
			long start = System.nanoTime();
			while (!isFree(reservation, count, outOfReach)) {
				reservation.awaited = count;
				reservation.outOfReach = outOfReach;
				refuseLastIfAllWait();
				refuseSlow(reservation, count, outOfReach);
				if (System.nanoTime() - start > LONGEST_WAIT.toNanos() || reservation.refused) {
					throw unavailable();
				}
				this.returned.awaitNanos(LOOK.toNanos());
			}
			reservation.reserved = wanted;
			this.free -= count;
			this.reservedByUser.merge(reservation.userId, count, Long::sum);
			this.holders.add(reservation);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw unavailable();
		}
		finally {
			reservation.awaited = 0;
			this.lock.unlock();
		}
	}

	private boolean isFree(Reservation reservation, long count, long outOfReach) {
		long rest = this.free - count;
		long own = this.reservedByUser.getOrDefault(reservation.userId, 0L);
		long most = (own > reservation.reserved) ? Math.max(rest, STEP) : this.bytesPerUser;
		return rest >= outOfReach && own + count <= Math.min(most, this.bytesPerUser);
	}

	private void refuseLastIfAllWait() {
		Reservation last = null;
		for (Reservation holder : this.holders) {
			if (!holder.waits() || holder.refused || isFree(holder, holder.awaited, holder.outOfReach)) {
				return;
			}
			last = holder;
		}
		if (last != null) {
			last.refused = true;
			this.returned.signalAll();
		}
	}

	/** In the order in which they came. */
	private void refuseSlow(Reservation waiting, long count, long outOfReach) {
		long toBeFree = this.free - count;
		for (Reservation holder : this.holders) {
			toBeFree += holder.refused ? holder.reserved : 0;
		}
		for (Reservation holder : this.holders) {
			if (toBeFree < outOfReach && givesWay(holder, waiting, count)) {
				holder.refused = true;
				toBeFree += holder.reserved;
			}
		}
	}

	private boolean givesWay(Reservation holder, Reservation waiting, long count) {
		if (!holder.reading || holder.waits() || holder.refused) {
			return false;
		}
		long age = this.nanoTime.getAsLong() - holder.opened;
		long ofHolder = this.reservedByUser.getOrDefault(holder.userId, 0L);
		long ofWaiting = this.reservedByUser.getOrDefault(waiting.userId, 0L) + count;
		return age > OLD.toNanos() || (age > YOUNG.toNanos() && ofHolder >= ofWaiting);
	}

	private void reduce(Reservation reservation, long rest) {
		this.lock.lock();
		try {
			reservation.reading = false;
			long count = reservation.reserved - rest;
			if (count <= 0) {
				return;
			}
			reservation.reserved = rest;
			this.free += count;
			this.reservedByUser.computeIfPresent(reservation.userId, (user, sum) -> (sum > count) ? sum - count : null);
			if (rest == 0) {
				this.holders.remove(reservation);
			}
			this.returned.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static SyncException unavailable() {
		return new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
				"The server is busy with other large uploads; nothing was changed, please try again");
	}

	/** The reservation of one request, used by one thread. */
	final class Reservation implements MemoryUse, AutoCloseable {

		private final String userId;

		private long used;

		/**
		 * Guarded by the lock, as are the next ones; read by its own thread at any time.
		 */
		private long reserved;

		private final long opened = MemoryBudget.this.nanoTime.getAsLong();

		/** More than zero while it waits, also when it may go on and has not seen it. */
		private long awaited;

		private long outOfReach;

		private boolean reading = true;

		private volatile boolean refused;

		private Reservation(String userId) {
			this.userId = userId;
		}

		@Override
		public void grow(long more) {
			if (this.refused) {
				throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
						"The upload came in slowly while others waited for memory; nothing was changed, please try again");
			}
			this.used += more;
			if (this.used <= this.reserved) {
				return;
			}
			long most = MemoryBudget.this.bytesPerUser;
			if (this.used > most) {
				throw new SyncException(ErrorCode.REQUEST_TOO_LARGE,
						"The upload takes more memory than the server has for uploads; send smaller uploads");
			}
			long wanted = Math.min(next(this.used), most);
			take(this, wanted, (wanted > SMALL) ? MemoryBudget.this.bytesForSmall : 0);
		}

		boolean isWaiting() {
			MemoryBudget.this.lock.lock();
			try {
				return waits();
			}
			finally {
				MemoryBudget.this.lock.unlock();
			}
		}

		private boolean waits() {
			return this.awaited > 0;
		}

		private static long next(long used) {
			if (used + STEP <= SMALL) {
				return used + STEP;
			}
			long next = LARGE;
			while (next < used) {
				next *= 2;
			}
			return next;
		}

		/** Releases the excess, since the body is complete. */
		void settle() {
			reduce(this, this.used);
		}

		@Override
		public void close() {
			reduce(this, 0);
		}

	}

}

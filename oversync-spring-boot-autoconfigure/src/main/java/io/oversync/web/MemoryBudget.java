package io.oversync.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MemoryUse;
import io.oversync.protocol.SyncException;

/**
 * The part of the heap that uploads may take at a time, in this process. A request
 * reserves while its body comes in, gives back what it did not need once it is read, and
 * the rest when its answer is written. What does not fit beside others waits a little.
 * <p>
 * Uploads that have a part of what they need and wait for the rest could wait for each
 * other. So beyond a small size an upload reserves a lot at once, and when everything
 * that is reserved belongs to uploads that wait, the one that came last is refused.
 * <p>
 * A part is out of reach for each single user: one whose bodies never end must not keep
 * the others out. Half of that part is for small uploads alone: many users who upload a
 * lot must not keep those out who save a few rows. With more than one upload at a time a
 * user gets no more than stays free: two or three such users leave as much to the others.
 */
final class MemoryBudget {

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

	/** Reserved at a time: small uploads ask once. */
	private static final long STEP = 64 * 1024;

	private static final long SMALL = 1024 * 1024;

	/** What an upload reserves that is not small; then twice as much, and so on. */
	private static final long LARGE = 4 * SMALL;

	private final long bytesPerUser;

	private final long bytesForSmall;

	private final Map<String, Long> reservedByUser = new HashMap<>();

	/** Those that have reserved something, in the order in which they came. */
	private final Set<Reservation> holders = new LinkedHashSet<>();

	/** In turn: who comes later must not pass those who wait. */
	private final ReentrantLock lock = new ReentrantLock(true);

	private final Condition returned = this.lock.newCondition();

	private long free;

	/**
	 * Creates a budget.
	 * @param bytes its size
	 */
	MemoryBudget(long bytes) {
		this.bytesPerUser = bytes / 4 * 3;
		this.bytesForSmall = bytes / 8;
		this.free = bytes;
	}

	/**
	 * Starts a request.
	 * @param userId whose
	 * @return with nothing reserved yet
	 */
	Reservation open(String userId) {
		return new Reservation(userId);
	}

	/** Returns what is free. */
	long free() {
		this.lock.lock();
		try {
			return this.free;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns how many users have reserved something. */
	int users() {
		this.lock.lock();
		try {
			return this.reservedByUser.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void take(Reservation reservation, long count, long outOfReach) {
		this.lock.lock();
		try {
			long nanos = LONGEST_WAIT.toNanos();
			while (!isFree(reservation, count, outOfReach)) {
				reservation.waiting = true;
				refuseLastIfAllWait();
				if (nanos <= 0 || reservation.refused) {
					throw unavailable();
				}
				nanos = this.returned.awaitNanos(nanos);
			}
			this.free -= count;
			this.reservedByUser.merge(reservation.userId, count, Long::sum);
			this.holders.add(reservation);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw unavailable();
		}
		finally {
			reservation.waiting = false;
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
			if (!holder.waiting || holder.refused) {
				return;
			}
			last = holder;
		}
		if (last != null) {
			last.refused = true;
			this.returned.signalAll();
		}
	}

	private void giveBack(Reservation reservation, long count) {
		this.lock.lock();
		try {
			this.free += count;
			this.reservedByUser.computeIfPresent(reservation.userId, (user, sum) -> (sum > count) ? sum - count : null);
			if (count == reservation.reserved) {
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

	/** What one request has reserved. Used by one thread. */
	final class Reservation implements MemoryUse, AutoCloseable {

		private final String userId;

		private long used;

		private long reserved;

		/** Guarded by the lock, as is the next one. */
		private boolean waiting;

		private boolean refused;

		private Reservation(String userId) {
			this.userId = userId;
		}

		@Override
		public void grow(long more) {
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
			take(this, wanted - this.reserved, (wanted > SMALL) ? MemoryBudget.this.bytesForSmall : 0);
			this.reserved = wanted;
		}

		boolean isWaiting() {
			MemoryBudget.this.lock.lock();
			try {
				return this.waiting;
			}
			finally {
				MemoryBudget.this.lock.unlock();
			}
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

		/** Gives back what is not needed, as nothing more comes. */
		void settle() {
			reduceTo(this.used);
		}

		@Override
		public void close() {
			reduceTo(0);
		}

		private void reduceTo(long rest) {
			if (this.reserved > rest) {
				giveBack(this, this.reserved - rest);
				this.reserved = rest;
			}
		}

	}

}

package io.oversync.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MemoryUse;
import io.oversync.protocol.SyncException;

/**
 * The part of the heap that uploads may take at a time, in this process. A request
 * reserves while its body comes in, and gives all back when its answer is written. What
 * does not fit beside others waits a little.
 * <p>
 * A part is out of reach for each single user: one whose bodies never end must not keep
 * the others out. Half of that part is for small uploads alone: many users who upload a
 * lot must not keep those out who save a few rows.
 */
final class MemoryBudget {

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

	/** Reserved at a time: small uploads ask once. */
	private static final long STEP = 64 * 1024;

	private static final long SMALL = 1024 * 1024;

	private final long bytesPerUser;

	private final long bytesForSmall;

	private final Map<String, Long> reservedByUser = new HashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

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

	private void take(String userId, long count, long outOfReach) {
		this.lock.lock();
		try {
			long nanos = LONGEST_WAIT.toNanos();
			while (this.free - count < outOfReach || reserved(userId) + count > this.bytesPerUser) {
				if (nanos <= 0) {
					throw unavailable();
				}
				nanos = this.returned.awaitNanos(nanos);
			}
			this.free -= count;
			this.reservedByUser.merge(userId, count, Long::sum);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw unavailable();
		}
		finally {
			this.lock.unlock();
		}
	}

	private long reserved(String userId) {
		return this.reservedByUser.getOrDefault(userId, 0L);
	}

	private void giveBack(String userId, long count) {
		this.lock.lock();
		try {
			this.free += count;
			this.reservedByUser.computeIfPresent(userId, (user, sum) -> (sum > count) ? sum - count : null);
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
			long wanted = Math.min(this.used + STEP, most);
			take(this.userId, wanted - this.reserved, (wanted > SMALL) ? MemoryBudget.this.bytesForSmall : 0);
			this.reserved = wanted;
		}

		@Override
		public void close() {
			giveBack(this.userId, this.reserved);
			this.reserved = 0;
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;

/**
 * Bounds the number of connections that one user holds at a time, so that no user empties
 * the pool for the others. Excess work waits here, without a connection:
 * <ol>
 * <li>Work that locks the user's stream takes turns: a second one would only wait for the
 * lock while holding a connection.</li>
 * <li>Any other work may take the connections that are left, so downloads go on while an
 * upload is slow.</li>
 * <li>Turns follow the order of arrival, except that work which cannot start yet lets
 * other work pass.</li>
 * </ol>
 * The bounds hold for this process alone. Users without work take no memory.
 */
public final class UserGate {

	private final int connections;

	private final int waiting;

	private final Map<String, Turns> users = new ConcurrentHashMap<>();

	/**
	 * Creates the gate.
	 * @param connections the most work of a user at a time, 1 or more
	 * @param waiting the most work of a user that may wait for its turn, 0 or more
	 */
	public UserGate(int connections, int waiting) {
		this.connections = connections;
		this.waiting = waiting;
	}

	/**
	 * Runs work that locks the user's stream.
	 * @param <T> the result type
	 * @param userId the user's one id
	 * @param deadline how long it may wait for its turn
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} if its turn does not come in
	 * time, or too much is waiting already
	 */
	public <T> T exclusive(String userId, Deadline deadline, Supplier<T> work) {
		return call(userId, true, deadline, work);
	}

	/**
	 * Runs work that takes a connection, but not the lock of the user's stream.
	 * @param <T> the result type
	 * @param userId the user's one id
	 * @param deadline how long it may wait for its turn
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} if its turn does not come in
	 * time, or too much is waiting already
	 */
	public <T> T shared(String userId, Deadline deadline, Supplier<T> work) {
		return call(userId, false, deadline, work);
	}

	private <T> T call(String userId, boolean exclusive, Deadline deadline, Supplier<T> work) {
		Turns turns = this.users.compute(userId, (id, known) -> ((known != null) ? known : new Turns()).join());
		try {
			turns.enter(exclusive, deadline);
			try {
				return work.get();
			}
			finally {
				turns.leave(exclusive);
			}
		}
		finally {
			this.users.computeIfPresent(userId, (id, known) -> known.part() ? known : null);
		}
	}

	/** Returns the number of users with work. */
	int users() {
		return this.users.size();
	}

	/** Returns the amount of a user's work that is waiting. */
	int waiting(String userId) {
		Turns turns = this.users.get(userId);
		return (turns != null) ? turns.waiting() : 0;
	}

	private static SyncException unavailable(String reason) {
		return new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE, reason + "; nothing was changed, please try again");
	}

	/** The turns of one user. */
	private final class Turns {

		private final ReentrantLock lock = new ReentrantLock();

		private final Queue<Waiter> queue = new ArrayDeque<>();

		private int running;

		private boolean exclusiveRunning;

		/** The number of threads that use it, guarded by the map. */
		private int callers;

		Turns join() {
			this.callers++;
			return this;
		}

		/** Returns whether there are others. */
		boolean part() {
			return --this.callers > 0;
		}

		int waiting() {
			this.lock.lock();
			try {
				return this.queue.size();
			}
			finally {
				this.lock.unlock();
			}
		}

		void enter(boolean exclusive, Deadline deadline) {
			this.lock.lock();
			try {
				Waiter waiter = new Waiter(exclusive, this.lock.newCondition());
				this.queue.add(waiter);
				admit();
				if (!waiter.admitted) {
					await(waiter, deadline);
				}
			}
			finally {
				this.lock.unlock();
			}
		}

		private void await(Waiter waiter, Deadline deadline) {
			try {
				if (this.queue.size() > UserGate.this.waiting) {
					throw unavailable("Too many requests of this user wait already");
				}
				long nanos = deadline.left().toNanos();
				while (!waiter.admitted && nanos > 0) {
					nanos = waiter.turn.awaitNanos(nanos);
				}
				if (!waiter.admitted) {
					throw unavailable("Other requests of this user took too long");
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				if (!waiter.admitted) {
					throw unavailable("The server is shutting down");
				}
			}
			finally {
				this.queue.remove(waiter);
			}
		}

		void leave(boolean exclusive) {
			this.lock.lock();
			try {
				this.running--;
				this.exclusiveRunning &= !exclusive;
				admit();
			}
			finally {
				this.lock.unlock();
			}
		}

		private void admit() {
			Iterator<Waiter> waiters = this.queue.iterator();
			while (waiters.hasNext() && this.running < UserGate.this.connections) {
				Waiter waiter = waiters.next();
				if (!(waiter.exclusive && this.exclusiveRunning)) {
					waiters.remove();
					this.running++;
					this.exclusiveRunning |= waiter.exclusive;
					waiter.admitted = true;
					waiter.turn.signal();
				}
			}
		}

	}

	/** Work that waits for its turn. */
	private static final class Waiter {

		private final boolean exclusive;

		private final Condition turn;

		private boolean admitted;

		Waiter(boolean exclusive, Condition turn) {
			this.exclusive = exclusive;
			this.turn = turn;
		}

	}

}

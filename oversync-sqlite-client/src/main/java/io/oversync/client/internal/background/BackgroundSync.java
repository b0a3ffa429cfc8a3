/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.background;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.oversync.client.NetworkException;
import io.oversync.client.SyncException;
import io.oversync.client.internal.support.Nanos;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs repeatedly on a thread of its own, which survives all exceptions of syncs and
 * listeners.
 */
public final class BackgroundSync {

	private static final Logger logger = LoggerFactory.getLogger(BackgroundSync.class);

	private final LongSupplier sync;

	private final Consumer<SyncException> failed;

	private final Backoff backoff;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final OwnThread thread = new OwnThread("oversync-client", this::run);

	private Duration interval = Duration.ZERO;

	private boolean wanted;

	/** The head of the stream that the server has announced last. */
	private long head;

	/** How many heads it has announced, and how many are no longer of interest. */
	private long announced;

	private long settled;

	/** Whether the server was reached since the last sync began. */
	private boolean online;

	/**
	 * Creates it.
	 * @param sync syncs, and returns the position up to which this device has everything
	 * @param failed learns of failures
	 * @param backoff the delays after failures
	 */
	public BackgroundSync(LongSupplier sync, Consumer<SyncException> failed, Backoff backoff) {
		this.sync = sync;
		this.failed = failed;
		this.backoff = backoff;
	}

	public void start(Duration interval) {
		this.lock.lock();
		try {
			this.interval = interval;
			this.wanted = true;
			this.thread.start();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends a sync that is under way, without waiting for it: what happens to it from now
	 * on is no failure.
	 */
	public void end() {
		this.lock.lock();
		try {
			this.thread.end();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Stops, and waits some seconds for a sync that is under way. */
	public void stop() {
		end();
		this.thread.join();
	}

	/** Does not wait for the interval or a backoff to pass. */
	public void request() {
		this.lock.lock();
		try {
			this.wanted = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The server has announced a head that is not the position of this device: syncs
	 * once. Does not cut short the delay that a server has asked for.
	 */
	void news(long moved) {
		this.lock.lock();
		try {
			this.head = moved;
			this.announced++;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The server was reached: a sync that found no network is tried again. */
	void online() {
		this.lock.lock();
		try {
			this.online = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		while (isCurrent()) {
			Throwable failure = attempt();
			if (!isCurrent()) {
				// it was interrupted by the stop
				return;
			}
			if (failure == null) {
				this.backoff.reset();
				await(this.interval, Duration.ZERO, () -> this.announced > this.settled);
			}
			else {
				boolean offline = failure instanceof NetworkException;
				await(report(failure), this.backoff.shortest(), () -> offline && this.online);
			}
		}
	}

	/** Returns what the sync has thrown, or null. */
	private @Nullable Throwable attempt() {
		long known;
		this.lock.lock();
		try {
			// a request from now on may be about changes that this sync does not see
			this.wanted = false;
			this.online = false;
			known = this.announced;
		}
		finally {
			this.lock.unlock();
		}
		try {
			reached(known, this.sync.getAsLong());
			return null;
		}
		catch (Throwable ex) {
			// also errors, and checked exceptions of application code in Kotlin
			return ex;
		}
	}

	/** What was announced is settled, unless a higher head was announced meanwhile. */
	private void reached(long known, long position) {
		this.lock.lock();
		try {
			if (this.announced == known || this.head <= position) {
				this.settled = this.announced;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Reports a failure, and returns the delay before the next attempt. */
	private Duration report(Throwable failure) {
		SyncException problem = (failure instanceof SyncException known) ? known
				: new SyncException("The sync failed: " + failure, failure);
		Duration wait = this.backoff.next(problem);
		try {
			logger.info("The sync failed and is tried again in {} ms: {}", wait.toMillis(), problem.getMessage());
			this.failed.accept(problem);
		}
		catch (Throwable ex) {
			logger.warn("A listener failed", ex);
		}
		return wait;
	}

	private boolean isCurrent() {
		this.lock.lock();
		try {
			return this.thread.isCurrent();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits.
	 * @param pause the time to wait unless a sync is requested
	 * @param shortest the time to wait in any case
	 * @param hint whether a sync is of use before the pause is over
	 */
	private void await(Duration pause, Duration shortest, BooleanSupplier hint) {
		this.lock.lock();
		try {
			long start = System.nanoTime();
			long left = Nanos.of(pause);
			long unrequested = Nanos.of(pause) - Math.min(Nanos.of(pause), Nanos.of(shortest));
			while (left > 0 && this.thread.isCurrent()) {
				boolean early = this.wanted || hint.getAsBoolean();
				if (early && left <= unrequested) {
					return;
				}
				this.changed.awaitNanos(early ? left - unrequested : left);
				left = Nanos.of(pause) - (System.nanoTime() - start);
			}
		}
		catch (InterruptedException ex) {
			// stopped
		}
		finally {
			this.lock.unlock();
		}
	}

}

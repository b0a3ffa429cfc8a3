/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.background;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import io.oversync.client.internal.protocol.HeadEvents;
import io.oversync.client.internal.support.Nanos;
import io.oversync.client.internal.transport.HeadStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an answer of the server open that tells when there is news, on a thread of its
 * own, while the background sync runs:
 * <ol>
 * <li>The first answer is asked for after the first background sync.</li>
 * <li>An answer that ends, breaks off or falls silent is asked for again, after a delay
 * that grows unless it has lived for a while, and soon once syncs work again.</li>
 * <li>Where there are no such answers, or a proxy holds them back, that is tried again
 * rarely.</li>
 * </ol>
 * A failure is no error of the sync, which goes on polling.
 */
public final class HeadWatch {

	private static final Logger logger = LoggerFactory.getLogger(HeadWatch.class);

	/** Answers without a sign of life before a proxy is taken for the reason. */
	private static final int MOST_SILENT = 2;

	private static final int NOT_IMPLEMENTED = 501;

	private static final int UNAUTHORIZED = 401;

	private static final int REQUEST_TIMEOUT = 408;

	private static final int TOO_MANY = 429;

	private static final int SERVER_ERRORS = 500;

	private final LongFunction<HeadStream> server;

	private final LongSupplier cursor;

	private final BackgroundSync sync;

	private final Backoff backoff;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final OwnThread thread = new OwnThread("oversync-watch", this::run);

	/** Whether a sync has ended since the start. */
	private boolean begun;

	private boolean failing;

	private boolean paused;

	/** When the next answer may be asked for, in nanoseconds. */
	private long due;

	/** Whether that is earlier if syncs work again. */
	private boolean hasty;

	/** The answers in sequence that showed no sign of life. */
	private int silent;

	private boolean told;

	/**
	 * Creates it.
	 * @param server opens an answer, from the head that is known
	 * @param cursor the position up to which this device has everything
	 * @param sync learns of news
	 * @param backoff the delays after failures
	 */
	public HeadWatch(LongFunction<HeadStream> server, LongSupplier cursor, BackgroundSync sync, Backoff backoff) {
		this.server = server;
		this.cursor = cursor;
		this.sync = sync;
		this.backoff = backoff;
	}

	/** Starts, or tries again at once if it has started. */
	public void start() {
		this.lock.lock();
		try {
			this.due = System.nanoTime();
			// the thread waits for the lock before it looks at these
			if (this.thread.start()) {
				this.begun = false;
				this.failing = false;
				this.told = false;
			}
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends it, without waiting. */
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

	/** Ends it, and waits for that some seconds. */
	public void stop() {
		end();
		this.thread.join();
	}

	/** Ends an open answer and asks for no other, or goes on. */
	public void pause(boolean wanted) {
		this.lock.lock();
		try {
			this.paused = wanted;
			this.changed.signalAll();
			if (wanted) {
				this.thread.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A background sync has ended.
	 * @param failed whether it failed
	 */
	public void synced(boolean failed) {
		this.lock.lock();
		try {
			this.begun = true;
			if (this.failing && !failed && this.hasty) {
				this.due = System.nanoTime();
			}
			this.failing = failed;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		while (awaitTurn()) {
			Attempt attempt = new Attempt();
			try {
				attempt.watch();
			}
			catch (SyncException ex) {
				if (!isInterrupted()) {
					later(attempt.delay(ex), attempt.isOffered(ex));
				}
			}
			catch (RuntimeException | Error ex) {
				if (!isInterrupted()) {
					later(this.backoff.next(new SyncException("Watching failed: " + ex, ex)), true);
				}
			}
		}
	}

	/** Clears the interrupt of this thread, which is a pause or the end. */
	private static boolean isInterrupted() {
		return Thread.interrupted();
	}

	/** Returns false at the end. */
	private boolean awaitTurn() {
		this.lock.lock();
		try {
			while (this.thread.isCurrent()) {
				long left = this.due - System.nanoTime();
				try {
					if (!this.begun || this.paused) {
						this.changed.await();
					}
					else if (left > 0) {
						this.changed.awaitNanos(left);
					}
					else {
						return true;
					}
				}
				catch (InterruptedException ex) {
					// the state says why
				}
			}
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void later(Duration wait, boolean offered) {
		this.lock.lock();
		try {
			this.due = System.nanoTime() + Nanos.of(wait);
			this.hasty = offered;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** One answer. */
	private final class Attempt {

		private boolean opened;

		private boolean alive;

		void watch() {
			long start = System.nanoTime();
			try (HeadStream stream = HeadWatch.this.server.apply(HeadWatch.this.cursor.getAsLong())) {
				this.opened = true;
				try {
					long head = stream.next();
					while (head != HeadEvents.END) {
						receive(head);
						head = stream.next();
					}
				}
				finally {
					if (this.alive && System.nanoTime() - start >= Nanos.of(stream.heartbeat())) {
						HeadWatch.this.backoff.reset();
					}
				}
			}
			throw new SyncException("The server has ended an answer with news");
		}

		private void receive(long head) {
			if (!this.alive) {
				this.alive = true;
				HeadWatch.this.silent = 0;
				HeadWatch.this.sync.online();
			}
			if (head != HeadEvents.ALIVE && isNews(head)) {
				HeadWatch.this.sync.news(head);
			}
		}

		/** A head below the position is one of a server that was put back. */
		private boolean isNews(long head) {
			try {
				return head != HeadWatch.this.cursor.getAsLong();
			}
			catch (SyncException ex) {
				return true;
			}
		}

		/** Returns whether another answer may come soon. */
		boolean isOffered(SyncException problem) {
			if (problem instanceof ServerException refusal) {
				int status = refusal.status();
				return status == UNAUTHORIZED || status == REQUEST_TIMEOUT
						|| status >= SERVER_ERRORS && status != NOT_IMPLEMENTED && refusal.retryAfter().isEmpty();
			}
			return HeadWatch.this.silent < MOST_SILENT;
		}

		Duration delay(SyncException problem) {
			if (this.opened && !this.alive) {
				HeadWatch.this.silent++;
			}
			boolean busy = problem instanceof ServerException refusal
					&& (refusal.status() == TOO_MANY || refusal.retryAfter().isPresent());
			if (busy || isOffered(problem)) {
				Duration wait = HeadWatch.this.backoff.next(problem);
				logger.debug("Watching is tried again in {} ms: {}", wait.toMillis(), problem.getMessage());
				return wait;
			}
			Duration wait = HeadWatch.this.backoff.rare();
			if (!HeadWatch.this.told) {
				HeadWatch.this.told = true;
				logger.info("The server does not tell of news by itself, so this device polls. Tried again in {} s: {}",
						wait.toSeconds(), problem.getMessage());
			}
			return wait;
		}

	}

}

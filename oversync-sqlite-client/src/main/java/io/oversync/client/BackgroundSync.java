package io.oversync.client;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs again and again on a thread of its own.
 */
final class BackgroundSync {

	private static final Logger logger = LoggerFactory.getLogger(BackgroundSync.class);

	private final Runnable sync;

	private final Consumer<SyncException> failed;

	private final Backoff backoff;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private @Nullable Thread thread;

	private Duration interval = Duration.ZERO;

	private boolean wanted;

	BackgroundSync(Runnable sync, Consumer<SyncException> failed, Backoff backoff) {
		this.sync = sync;
		this.failed = failed;
		this.backoff = backoff;
	}

	void start(Duration interval) {
		this.lock.lock();
		try {
			this.interval = interval;
			if (this.thread == null) {
				Thread started = new Thread(this::run, "oversync-client");
				started.setDaemon(true);
				this.thread = started;
				started.start();
			}
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Stops, and waits for a sync that is under way. */
	void stop() {
		Thread stopped;
		this.lock.lock();
		try {
			stopped = this.thread;
			this.thread = null;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		if (stopped != null && stopped != Thread.currentThread()) {
			// wakes it from a request that does not come back
			stopped.interrupt();
			join(stopped);
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Does not wait for the interval to pass. */
	void request() {
		this.lock.lock();
		try {
			this.wanted = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		while (isCurrent()) {
			Duration wait;
			try {
				this.sync.run();
				this.backoff.reset();
				wait = null;
			}
			catch (RuntimeException ex) {
				if (!isCurrent()) {
					// it was interrupted by the stop
					return;
				}
				SyncException problem = (ex instanceof SyncException known) ? known
						: new SyncException("The sync failed: " + ex, ex);
				this.failed.accept(problem);
				wait = this.backoff.next(problem);
				logger.info("The sync failed and is tried again in {} ms: {}", wait.toMillis(), problem.getMessage());
			}
			await(wait);
		}
	}

	private boolean isCurrent() {
		this.lock.lock();
		try {
			return this.thread == Thread.currentThread();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits.
	 * @param pause after a failure: nobody's wish makes it shorter; null for the interval
	 */
	private void await(@Nullable Duration pause) {
		this.lock.lock();
		try {
			long left = ((pause != null) ? pause : this.interval).toNanos();
			while (left > 0 && this.thread == Thread.currentThread() && (pause != null || !this.wanted)) {
				left = this.changed.awaitNanos(left);
			}
			this.wanted = false;
		}
		catch (InterruptedException ex) {
			// stopped
		}
		finally {
			this.lock.unlock();
		}
	}

}

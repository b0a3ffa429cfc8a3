/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;

/**
 * A thread of each node that repeats a piece of work which no request waits for. A
 * failure ends neither the thread nor the application; one that lasts is logged once.
 */
final class BackgroundWorker implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(BackgroundWorker.class);

	private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

	private final String name;

	private final Duration delay;

	private final @Nullable Runnable work;

	private final @Nullable Runnable last;

	private final String failure;

	private @Nullable ScheduledExecutorService thread;

	private boolean failing;

	/**
	 * Creates the worker.
	 * @param name of the thread, after {@code oversync-}
	 * @param delay between two runs
	 * @param work the work, null for none
	 * @param failure what it means that the work failed, for the log
	 */
	BackgroundWorker(String name, Duration delay, @Nullable Runnable work, String failure) {
		this(name, delay, work, null, failure);
	}

	/**
	 * Creates a worker that ends with a last piece of work.
	 * @param name of the thread, after {@code oversync-}
	 * @param delay between two runs
	 * @param work the work, null for none
	 * @param last runs when the application stops; without it, work under way is
	 * interrupted
	 * @param failure what it means that the work failed, for the log
	 */
	BackgroundWorker(String name, Duration delay, @Nullable Runnable work, @Nullable Runnable last, String failure) {
		this.name = "oversync-" + name;
		this.delay = delay;
		this.work = work;
		this.last = last;
		this.failure = failure;
	}

	@Override
	public boolean isAutoStartup() {
		return this.work != null;
	}

	@Override
	public synchronized void start() {
		Runnable repeated = this.work;
		if (this.thread != null || repeated == null) {
			return;
		}
		ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread worker = new Thread(task, this.name);
			worker.setDaemon(true);
			return worker;
		});
		long millis = this.delay.toMillis();
		// nodes that start together begin apart
		long first = ThreadLocalRandom.current().nextLong(millis) + 1;
		started.scheduleWithFixedDelay(() -> run(repeated), first, millis, TimeUnit.MILLISECONDS);
		this.thread = started;
	}

	private void run(Runnable repeated) {
		try {
			repeated.run();
			this.failing = false;
		}
		catch (RuntimeException | Error ex) {
			if (this.failing) {
				logger.debug(this.failure, ex);
			}
			else if (isBusy(ex)) {
				logger.warn(this.failure + ": " + ex.getMessage() + " ["
						+ NestedExceptionUtils.getMostSpecificCause(ex).getMessage() + "]");
				logger.debug(this.failure, ex);
			}
			else {
				logger.warn(this.failure, ex);
			}
			this.failing = true;
		}
	}

	/** The database is busy or away: a stack trace would say no more. */
	private static boolean isBusy(Throwable failure) {
		return failure instanceof SyncException sync && sync.code() == ErrorCode.TEMPORARILY_UNAVAILABLE;
	}

	@Override
	public synchronized void stop() {
		ScheduledExecutorService running = this.thread;
		Runnable ending = this.last;
		this.thread = null;
		if (running == null) {
			return;
		}
		if (ending != null) {
			// periodic tasks end with the shutdown, this one does not
			running.execute(() -> run(ending));
			running.shutdown();
		}
		else {
			running.shutdownNow();
		}
		try {
			if (!running.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
				running.shutdownNow();
				logger.warn("The thread " + this.name + " does not end in time");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.thread != null;
	}

}

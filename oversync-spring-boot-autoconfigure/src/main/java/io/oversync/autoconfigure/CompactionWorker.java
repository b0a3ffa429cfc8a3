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

import io.oversync.internal.service.DueCompactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Removes the garbage of streams in the background. One thread of each node; each stream
 * is compacted by one of them.
 */
final class CompactionWorker implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(CompactionWorker.class);

	private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

	/** How often the worker looks for streams that are due. */
	private static final Duration TICK = Duration.ofMinutes(10);

	private final @Nullable DueCompactions compactions;

	private final Duration interval;

	private final Duration tick;

	private @Nullable ScheduledExecutorService thread;

	/**
	 * Creates the worker.
	 * @param compactions the streams, null if none are compacted
	 * @param interval the shortest time between two compactions of a stream
	 */
	CompactionWorker(@Nullable DueCompactions compactions, Duration interval) {
		this(compactions, interval, TICK);
	}

	CompactionWorker(@Nullable DueCompactions compactions, Duration interval, Duration tick) {
		this.compactions = compactions;
		this.interval = interval;
		this.tick = tick;
	}

	@Override
	public boolean isAutoStartup() {
		return this.compactions != null;
	}

	@Override
	public synchronized void start() {
		DueCompactions due = this.compactions;
		if (this.thread != null || due == null) {
			return;
		}
		ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread worker = new Thread(task, "oversync-compaction");
			worker.setDaemon(true);
			return worker;
		});
		// nodes that start together begin apart
		long first = ThreadLocalRandom.current().nextLong(this.tick.toMillis()) + 1;
		started.scheduleWithFixedDelay(() -> compact(due), first, this.tick.toMillis(), TimeUnit.MILLISECONDS);
		this.thread = started;
	}

	private void compact(DueCompactions due) {
		try {
			long removed = due.compactDue(this.interval);
			if (removed > 0) {
				logger.info("Compaction of streams: " + removed + " entries that later ones repeat were removed");
			}
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Some streams could not be compacted; the next attempt goes on", ex);
		}
	}

	@Override
	public synchronized void stop() {
		ScheduledExecutorService running = this.thread;
		this.thread = null;
		if (running == null) {
			return;
		}
		running.shutdownNow();
		try {
			if (!running.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.debug("A compaction is cut off; the next one goes on");
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

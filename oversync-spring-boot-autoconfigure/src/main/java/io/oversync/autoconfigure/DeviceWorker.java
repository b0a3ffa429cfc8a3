/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.oversync.internal.service.SyncEngine;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Writes what was noted of devices, off the request path. One thread of each node. What
 * is left is written when the application stops.
 */
final class DeviceWorker implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(DeviceWorker.class);

	private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

	/** How soon a cursor that went back is written. */
	private static final Duration TICK = Duration.ofSeconds(1);

	private final @Nullable SyncEngine engine;

	private final Duration interval;

	private @Nullable ScheduledExecutorService thread;

	/** Whether the last run failed; a failure that lasts is logged once. */
	private boolean failing;

	/**
	 * Creates the worker.
	 * @param engine the engine, null where the application has one of its own
	 * @param interval the shortest time between two writes of a device
	 */
	DeviceWorker(@Nullable SyncEngine engine, Duration interval) {
		this.engine = engine;
		this.interval = interval;
	}

	@Override
	public boolean isAutoStartup() {
		return this.engine != null;
	}

	@Override
	public synchronized void start() {
		SyncEngine flushed = this.engine;
		if (this.thread != null || flushed == null) {
			return;
		}
		ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread worker = new Thread(task, "oversync-devices");
			worker.setDaemon(true);
			return worker;
		});
		started.scheduleWithFixedDelay(() -> flush(flushed, this.interval), TICK.toMillis(), TICK.toMillis(),
				TimeUnit.MILLISECONDS);
		this.thread = started;
	}

	private void flush(SyncEngine flushed, Duration shortest) {
		try {
			flushed.flushDevices(shortest);
			this.failing = false;
		}
		catch (RuntimeException | Error ex) {
			if (this.failing) {
				logger.debug("What was noted of devices still cannot be written", ex);
			}
			else {
				logger.warn("What was noted of devices could not be written; it is kept for the next attempt", ex);
			}
			this.failing = true;
		}
	}

	@Override
	public synchronized void stop() {
		ScheduledExecutorService running = this.thread;
		SyncEngine flushed = this.engine;
		this.thread = null;
		if (running == null || flushed == null) {
			return;
		}
		// the last task: periodic ones end with the shutdown
		running.execute(() -> flush(flushed, Duration.ZERO));
		running.shutdown();
		try {
			if (!running.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
				running.shutdownNow();
				logger.warn("What was noted of devices could not be written in time");
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

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
 * Brings what the application itself has written into the streams while no device asks:
 * the queue of captured rows does not grow. One thread of each node.
 */
final class CaptureWorker implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(CaptureWorker.class);

	private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

	private final @Nullable SyncEngine engine;

	private final boolean wanted;

	private final Duration interval;

	private @Nullable ScheduledExecutorService thread;

	/** Whether the last run failed; a failure that lasts is logged once. */
	private boolean failing;

	/**
	 * Creates the worker.
	 * @param engine the engine, null where the application has one of its own
	 * @param wanted whether any table is captured
	 * @param interval between two runs
	 */
	CaptureWorker(@Nullable SyncEngine engine, boolean wanted, Duration interval) {
		this.engine = engine;
		this.wanted = wanted;
		this.interval = interval;
	}

	@Override
	public boolean isAutoStartup() {
		return this.wanted && this.engine != null;
	}

	@Override
	public synchronized void start() {
		SyncEngine absorbing = this.engine;
		if (this.thread != null || absorbing == null) {
			return;
		}
		ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread worker = new Thread(task, "oversync-capture");
			worker.setDaemon(true);
			return worker;
		});
		long millis = this.interval.toMillis();
		started.scheduleWithFixedDelay(() -> absorb(absorbing), millis, millis, TimeUnit.MILLISECONDS);
		this.thread = started;
	}

	private void absorb(SyncEngine absorbing) {
		try {
			absorbing.absorbWaiting();
			this.failing = false;
		}
		catch (RuntimeException | Error ex) {
			if (this.failing) {
				logger.debug("What the application has written still waits", ex);
			}
			else {
				logger.warn("What the application has written waits until a device asks, or until the next attempt",
						ex);
			}
			this.failing = true;
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
				logger.warn("The thread that brings in what the application has written does not end");
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

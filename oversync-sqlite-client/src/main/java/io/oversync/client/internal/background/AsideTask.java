/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.background;

import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task for callers that must not wait for it. It runs on a thread of its own, once at a
 * time.
 */
public final class AsideTask {

	private static final Logger logger = LoggerFactory.getLogger(AsideTask.class);

	private final String name;

	private final Runnable task;

	private final AtomicBoolean running = new AtomicBoolean();

	public AsideTask(String name, Runnable task) {
		this.name = name;
		this.task = task;
	}

	/** Starts it, unless it is under way. */
	public void request() {
		if (this.running.compareAndSet(false, true)) {
			Thread thread = new Thread(this::run, this.name);
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void run() {
		try {
			this.task.run();
		}
		catch (RuntimeException ex) {
			logger.warn("A background task failed", ex);
		}
		finally {
			this.running.set(false);
		}
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.background;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon thread of a background work, which starts, ends and starts again. All
 * methods but {@link #join} are called under the lock of the work.
 */
final class OwnThread {

	private static final Logger logger = LoggerFactory.getLogger(OwnThread.class);

	/** A thread that was ended is waited for no longer: it may be in foreign code. */
	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private static final int STACK_LINES = 20;

	private final String name;

	private final Runnable work;

	private @Nullable Thread thread;

	/** The last one that was to end. */
	private volatile @Nullable Thread ending;

	OwnThread(String name, Runnable work) {
		this.name = name;
		this.work = work;
	}

	/**
	 * Starts the thread unless it runs.
	 * @return whether it was started
	 */
	boolean start() {
		if (this.thread != null && this.thread.isAlive()) {
			return false;
		}
		Thread started = new Thread(this.work, this.name);
		started.setDaemon(true);
		this.thread = started;
		started.start();
		return true;
	}

	/** Ends it without waiting; one that is in a request is woken up. */
	void end() {
		Thread ended = this.thread;
		this.thread = null;
		if (ended != null) {
			this.ending = ended;
			if (ended != Thread.currentThread()) {
				ended.interrupt();
			}
		}
	}

	void interrupt() {
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	/** Returns whether the calling thread is this one, and is not to end. */
	boolean isCurrent() {
		return this.thread == Thread.currentThread();
	}

	/** Waits some seconds for the thread that was ended last; not for itself. */
	void join() {
		Thread stopped = this.ending;
		if (stopped == null || stopped == Thread.currentThread()) {
			return;
		}
		try {
			stopped.join(PATIENCE.toMillis());
			if (stopped.isAlive()) {
				logger.warn("The background sync was stopped but has not ended within {} s: {}", PATIENCE.toSeconds(),
						whereabouts(stopped));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String whereabouts(Thread thread) {
		return Arrays.stream(thread.getStackTrace())
			.limit(STACK_LINES)
			.map(StackTraceElement::toString)
			.collect(Collectors.joining(", "));
	}

}

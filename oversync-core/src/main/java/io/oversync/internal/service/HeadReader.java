/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Reads heads after commits of the application's transactions, on a thread of its own: a
 * transaction that has just ended still holds its connection. The thread ends when it is
 * idle.
 */
final class HeadReader implements Runnable {

	private static final Log logger = LogFactory.getLog(HeadReader.class);

	private static final int IDLE_SECONDS = 10;

	private final Runnable read;

	private final AtomicBoolean waiting = new AtomicBoolean();

	private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), HeadReader::daemon);

	/**
	 * Creates it.
	 * @param read reads what has moved until then
	 */
	HeadReader(Runnable read) {
		this.read = read;
		this.thread.allowCoreThreadTimeOut(true);
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "oversync-heads");
		thread.setDaemon(true);
		return thread;
	}

	/** Reads soon; several calls may be one. */
	@Override
	public void run() {
		if (this.waiting.compareAndSet(false, true)) {
			this.thread.execute(this::readNow);
		}
	}

	private void readNow() {
		this.waiting.set(false);
		try {
			this.read.run();
		}
		catch (RuntimeException ex) {
			logger.debug("Devices that wait learn of a change with the next query for news", ex);
		}
	}

}

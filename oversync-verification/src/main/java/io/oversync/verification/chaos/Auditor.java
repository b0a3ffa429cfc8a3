/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.oversync.verification.device.StaleCursorException;
import io.oversync.verification.device.StreamPage;
import io.oversync.verification.device.StreamReader;
import io.oversync.verification.device.UnreachableServerException;

/**
 * Follows a user's stream continuously and so sees entries that appear too late.
 */
final class Auditor implements AutoCloseable {

	private static final long PAUSE_NANOS = 15_000_000;

	/**
	 * Each page brings in what the application has written. While the auditor rests, that
	 * is left to the devices.
	 */
	private static final long REST_NANOS = 400_000_000;

	private static final int PAGES = 12;

	/** A server that is killed, or is never quiet, is not waited for. */
	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private final StreamReader reader;

	private final TrafficLog trafficLog;

	private final Thread thread;

	/** So many pages had nothing: the server knows that the auditor has all before. */
	private volatile int empty;

	private volatile boolean closed;

	Auditor(StreamReader reader, TrafficLog trafficLog) {
		this.reader = reader;
		this.trafficLog = trafficLog;
		this.thread = new Thread(this::follow, "auditor");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void follow() {
		long after = 0;
		int pages = 0;
		while (!this.closed) {
			try {
				StreamPage page = this.reader.page(after);
				this.trafficLog.seen(new SeenPage("the auditor", after, true, page, System.nanoTime()));
				if (page.entries().isEmpty()) {
					this.empty++;
				}
				after = page.nextAfter();
			}
			catch (StaleCursorException ex) {
				after = 0;
			}
			catch (UnreachableServerException ex) {
				// killed, or cut off from its database: back soon
			}
			pages++;
			LockSupport.parkNanos((pages % PAGES == 0) ? REST_NANOS : PAUSE_NANOS);
		}
	}

	/**
	 * Reads to the end of the stream at once. To the server the auditor is a device, and
	 * while it rests, it would hold back what waits for the slowest one.
	 */
	void catchUp() {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		// the page that is under way may be older
		int goal = this.empty + 2;
		while (this.empty < goal && System.nanoTime() < deadline) {
			LockSupport.unpark(this.thread);
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

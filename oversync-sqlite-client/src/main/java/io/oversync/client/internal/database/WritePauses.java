/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.database;

import java.util.concurrent.TimeUnit;

/**
 * Pauses between transactions from time to time, so that other connections get their
 * turn. SQLite has no queue: a waiting connection checks whether the database is free, at
 * last every 100 ms, and one transaction right after the other may hide each free moment
 * from it until its busy timeout is over.
 */
final class WritePauses {

	/** A little longer than a waiting connection sleeps between two attempts. */
	static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(110);

	/** The time for which the database may be used almost without a pause. */
	static final long TURN = TimeUnit.MILLISECONDS.toNanos(1000);

	private long lastUse;

	private long lastPause;

	WritePauses() {
		this.lastUse = System.nanoTime() - PAUSE;
		this.lastPause = this.lastUse;
	}

	/**
	 * The database is to be written: after many transactions in a row, waits a moment.
	 */
	void giveWay() {
		long wait = pause(System.nanoTime());
		if (wait > 0) {
			try {
				TimeUnit.NANOSECONDS.sleep(wait);
			}
			catch (InterruptedException ex) {
				// for what is under way to see
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Returns the time to wait. */
	synchronized long pause(long now) {
		long idle = now - this.lastUse;
		if (idle >= PAUSE) {
			this.lastPause = now;
			return 0;
		}
		if (now - this.lastPause < TURN) {
			return 0;
		}
		this.lastPause = now;
		return PAUSE - idle;
	}

	/** A transaction has ended. */
	void used() {
		used(System.nanoTime());
	}

	synchronized void used(long now) {
		this.lastUse = now;
	}

}

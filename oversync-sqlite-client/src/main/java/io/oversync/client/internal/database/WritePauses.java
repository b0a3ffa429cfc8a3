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
 * from it until its busy timeout is over. A database that is free half of the time hides
 * none.
 */
final class WritePauses {

	/** A little longer than a waiting connection sleeps between two attempts. */
	static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(110);

	/** The time for which the database may be used almost without a pause. */
	static final long TURN = TimeUnit.MILLISECONDS.toNanos(1000);

	private long lastUse;

	/** When the turn began, and how much of it the database was in use. */
	private long turn;

	private long inUse;

	WritePauses() {
		this.lastUse = System.nanoTime() - PAUSE;
		this.turn = this.lastUse;
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
		long taken = now - this.turn;
		if (idle < PAUSE && taken < TURN) {
			return 0;
		}
		boolean crowded = idle < PAUSE && this.inUse > taken / 2;
		this.turn = now;
		this.inUse = 0;
		return crowded ? PAUSE - idle : 0;
	}

	/**
	 * A transaction has ended.
	 * @param start when it began
	 */
	void used(long start) {
		used(start, System.nanoTime());
	}

	synchronized void used(long start, long end) {
		this.inUse += end - start;
		this.lastUse = end;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.oversync.client.SyncException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.report.Listeners;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one sync run at a time, and gives the connection back after the last one.
 */
final class SyncTurn {

	private static final Logger logger = LoggerFactory.getLogger(SyncTurn.class);

	/** How long {@link #close} waits for a sync: it may be in foreign code. */
	private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

	private final Database database;

	private final Listeners listeners;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile boolean closed;

	/** Whether the connection was given back; guarded by the lock. */
	private boolean released;

	SyncTurn(Database database, Listeners listeners) {
		this.database = database;
		this.listeners = listeners;
	}

	boolean isClosed() {
		return this.closed;
	}

	void checkOpen() {
		if (this.closed) {
			throw new IllegalStateException("The client is closed");
		}
	}

	/**
	 * Refuses a call from code that a sync has called.
	 * @param what the action of the call
	 */
	void refuseWithin(String what) {
		if (this.lock.isHeldByCurrentThread() || this.listeners.isTelling()) {
			throw new IllegalStateException("A listener, resolver or progress callback must not " + what
					+ ", since it is called within a sync: call requestSync(), or do it on another thread");
		}
	}

	/** Waits for the turn of this thread. */
	void begin() {
		checkOpen();
		refuseWithin("sync");
		try {
			this.lock.lockInterruptibly();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SyncException("Interrupted while waiting for another sync", ex);
		}
		if (this.closed) {
			end();
			checkOpen();
		}
	}

	/** Begins a turn unless a sync is under way. */
	boolean tryBegin() {
		return this.lock.tryLock();
	}

	/** Ends the turn, and gives the connection back if the client was closed. */
	void end() {
		if (this.closed && !this.released) {
			this.released = true;
			this.database.close();
		}
		this.lock.unlock();
	}

	/** Refuses turns from now on. */
	void close() {
		this.closed = true;
	}

	/** Gives the connection back, now or after the sync that is under way. */
	void release() {
		boolean locked = false;
		try {
			locked = this.lock.tryLock(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			locked = this.lock.tryLock();
		}
		if (!locked) {
			logger.warn("The client is closed, but a sync has not ended within {} s, perhaps because of a listener"
					+ " or a resolver: the database is given back when it ends", CLOSE_PATIENCE.toSeconds());
			return;
		}
		end();
	}

}

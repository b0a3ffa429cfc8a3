/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.oversync.protocol.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Ends a wait for a connection at a deadline. A {@code DataSource} has no timeout for a
 * single connection: only an interrupt ends its wait. The interrupt is cleared if it
 * comes too late.
 */
final class ConnectionWait implements AutoCloseable {

	private static final ConnectionWait UNWATCHED = new ConnectionWait(null);

	private final @Nullable Thread thread;

	private final CompletableFuture<Boolean> timer = new CompletableFuture<>();

	private boolean ended;

	private boolean interrupted;

	private ConnectionWait(@Nullable Thread thread) {
		this.thread = thread;
	}

	/**
	 * Starts to watch this thread.
	 * @param deadline when its wait ends
	 * @param poolWait how long the pool lets it wait at most, null if that is not known
	 * @return to be closed by this thread as soon as it has a connection, or none
	 */
	static ConnectionWait until(Deadline deadline, @Nullable Duration poolWait) {
		if (deadline == Deadline.NONE || (poolWait != null && poolWait.compareTo(deadline.left()) <= 0)) {
			return UNWATCHED;
		}
		ConnectionWait wait = new ConnectionWait(Thread.currentThread());
		wait.timer.orTimeout(Math.max(1, deadline.left().toNanos()), TimeUnit.NANOSECONDS)
			.whenComplete((done, timeout) -> wait.interrupt());
		return wait;
	}

	private synchronized void interrupt() {
		if (!this.ended && this.thread != null) {
			this.interrupted = true;
			this.thread.interrupt();
		}
	}

	@Override
	public void close() {
		if (this.thread == null) {
			return;
		}
		synchronized (this) {
			this.ended = true;
			if (this.interrupted) {
				this.interrupted = false;
				Thread.interrupted();
			}
		}
		this.timer.complete(true);
	}

}

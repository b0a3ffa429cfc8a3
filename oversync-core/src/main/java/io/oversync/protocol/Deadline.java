/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.time.Duration;

/**
 * When a request must have been answered: its work and all that it waits for share one.
 */
public final class Deadline {

	/** Never passes. */
	public static final Deadline NONE = new Deadline(Long.MAX_VALUE, 0);

	private final long nanos;

	private final long start;

	private Deadline(long nanos, long start) {
		this.nanos = nanos;
		this.start = start;
	}

	/**
	 * Returns a deadline that passes after some time.
	 * @param time from now
	 * @return the deadline
	 */
	public static Deadline in(Duration time) {
		return new Deadline(time.toNanos(), System.nanoTime());
	}

	/**
	 * Returns how long it is until then.
	 * @return the time that is left, never negative; 292 years for {@link #NONE}
	 */
	public Duration left() {
		return Duration.ofNanos(leftNanos());
	}

	/**
	 * Returns whether it has passed.
	 * @return whether nothing is left
	 */
	public boolean isOver() {
		return leftNanos() == 0;
	}

	/**
	 * Ends work that has come too late.
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} if the deadline has passed
	 */
	public void check() {
		if (isOver()) {
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
					"The server could not complete the request in time; nothing was changed, please try again");
		}
	}

	private long leftNanos() {
		return (this == NONE) ? this.nanos : Math.max(0, this.nanos - (System.nanoTime() - this.start));
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Checks how fast a client sends a body or receives an answer. After a grace period the
 * bytes must have passed at a minimum rate, measured from the start: a container's
 * timeout is for each read or write alone, and a trickling client would hold its thread
 * for hours. From then on the rate must also hold in each further period of that length,
 * so that a client that was fast at first cannot rest.
 */
final class Pace {

	private final long bytesPerSecond;

	private final long graceNanos;

	private final LongSupplier nanoTime;

	private final long start;

	private long passed;

	private long windowStart;

	private long passedInWindow;

	/**
	 * Creates it, at the start.
	 * @param bytesPerSecond the least rate
	 * @param grace how long any rate will do
	 * @param nanoTime the clock
	 */
	Pace(long bytesPerSecond, Duration grace, LongSupplier nanoTime) {
		this.bytesPerSecond = bytesPerSecond;
		this.graceNanos = grace.toNanos();
		this.nanoTime = nanoTime;
		this.start = nanoTime.getAsLong();
		this.windowStart = this.start;
	}

	/**
	 * Counts what has passed.
	 * @param bytes how many bytes
	 */
	void count(int bytes) {
		this.passed += bytes;
		this.passedInWindow += bytes;
	}

	long passed() {
		return this.passed;
	}

	/** Returns whether less has passed than must have by now. */
	boolean isTooSlow() {
		long now = this.nanoTime.getAsLong();
		boolean late = isLess(this.passed, now - this.start - this.graceNanos);
		return hasRested(now) || late;
	}

	private boolean hasRested(long now) {
		long length = now - this.windowStart;
		if (length < this.graceNanos) {
			return false;
		}
		boolean first = this.windowStart == this.start;
		boolean rested = !first && isLess(this.passedInWindow, length);
		this.windowStart = now;
		this.passedInWindow = 0;
		return rested;
	}

	private boolean isLess(long bytes, long nanos) {
		return nanos > 0 && bytes < nanos / 1e9 * this.bytesPerSecond;
	}

}

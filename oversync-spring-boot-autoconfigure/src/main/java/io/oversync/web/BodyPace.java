package io.oversync.web;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast a body comes in. After a time of grace it must have come in at a least rate,
 * measured from its start: a container's timeout is for each read alone, and a body that
 * trickles in would keep its thread for hours. From then on it must also keep that rate
 * in each further time as long as the grace: one that came fast at first could rest on
 * it.
 */
final class BodyPace {

	private final long bytesPerSecond;

	private final long graceNanos;

	private final LongSupplier nanoTime;

	private final long start;

	private long received;

	private long windowStart;

	private long receivedInWindow;

	/**
	 * Creates it, at the start of the body.
	 * @param bytesPerSecond the least rate
	 * @param grace how long any rate will do
	 * @param nanoTime the clock
	 */
	BodyPace(long bytesPerSecond, Duration grace, LongSupplier nanoTime) {
		this.bytesPerSecond = bytesPerSecond;
		this.graceNanos = grace.toNanos();
		this.nanoTime = nanoTime;
		this.start = nanoTime.getAsLong();
		this.windowStart = this.start;
	}

	/**
	 * Counts what has come in.
	 * @param bytes how many bytes
	 */
	void received(int bytes) {
		this.received += bytes;
		this.receivedInWindow += bytes;
	}

	long received() {
		return this.received;
	}

	/** Returns whether less has come in than must have by now. */
	boolean isTooSlow() {
		long now = this.nanoTime.getAsLong();
		boolean late = isLess(this.received, now - this.start - this.graceNanos);
		return hasRested(now) || late;
	}

	private boolean hasRested(long now) {
		long length = now - this.windowStart;
		if (length < this.graceNanos) {
			return false;
		}
		boolean first = this.windowStart == this.start;
		boolean rested = !first && isLess(this.receivedInWindow, length);
		this.windowStart = now;
		this.receivedInWindow = 0;
		return rested;
	}

	private boolean isLess(long bytes, long nanos) {
		return nanos > 0 && bytes < nanos / 1e9 * this.bytesPerSecond;
	}

}

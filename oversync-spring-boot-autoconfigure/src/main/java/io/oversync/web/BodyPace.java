package io.oversync.web;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast a body comes in. After a time of grace it must have come in at a least rate,
 * measured from its start: a container's timeout is for each read alone, and a body that
 * trickles in would keep its thread for hours.
 */
final class BodyPace {

	private final long bytesPerSecond;

	private final long graceNanos;

	private final LongSupplier nanoTime;

	private final long start;

	private long received;

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
	}

	/**
	 * Counts what has come in.
	 * @param bytes how many bytes
	 */
	void received(int bytes) {
		this.received += bytes;
	}

	long received() {
		return this.received;
	}

	/** Returns whether less has come in than must have by now. */
	boolean isTooSlow() {
		double late = this.nanoTime.getAsLong() - this.start - this.graceNanos;
		return late > 0 && this.received < late / 1e9 * this.bytesPerSecond;
	}

}

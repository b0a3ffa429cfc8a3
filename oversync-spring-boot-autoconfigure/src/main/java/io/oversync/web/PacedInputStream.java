package io.oversync.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A body that has to keep coming in. After a time of grace it must have come in at a
 * least rate, measured from its start: a container's timeout is for each read alone, and
 * a body that trickles in would keep its thread for hours.
 */
final class PacedInputStream extends InputStream {

	private final InputStream body;

	private final long bytesPerSecond;

	private final long graceNanos;

	private final LongSupplier nanoTime;

	private final long start;

	private long received;

	/**
	 * Creates it.
	 * @param body the body
	 * @param bytesPerSecond the least rate
	 * @param grace how long any rate will do
	 * @param nanoTime the clock
	 */
	PacedInputStream(InputStream body, long bytesPerSecond, Duration grace, LongSupplier nanoTime) {
		this.body = body;
		this.bytesPerSecond = bytesPerSecond;
		this.graceNanos = grace.toNanos();
		this.nanoTime = nanoTime;
		this.start = nanoTime.getAsLong();
	}

	@Override
	public int read() throws IOException {
		byte[] single = new byte[1];
		return (read(single, 0, 1) < 0) ? -1 : single[0] & 0xFF;
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		int count = this.body.read(buffer, offset, length);
		this.received += Math.max(0, count);
		if (count >= 0 && isTooSlow()) {
			throw new AbandonedRequestException("The body came in too slowly, at less than " + this.bytesPerSecond
					+ " bytes a second; nothing was changed, please try again");
		}
		return count;
	}

	private boolean isTooSlow() {
		double late = this.nanoTime.getAsLong() - this.start - this.graceNanos;
		return late > 0 && this.received < late / 1e9 * this.bytesPerSecond;
	}

}

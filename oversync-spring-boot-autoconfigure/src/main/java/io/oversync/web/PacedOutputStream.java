package io.oversync.web;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * An answer that its client has to take. After a time of grace it must have been taken at
 * a least rate, measured from its start: a container's timeout is for each write alone,
 * and a client that reads a little now and then would keep its thread for hours.
 */
final class PacedOutputStream extends OutputStream {

	/** A container does not return from a large write before all of it is sent. */
	private static final int PIECE = 16 * 1024;

	private final Target target;

	private final long bytesPerSecond;

	private final long graceNanos;

	private final LongSupplier nanoTime;

	private long start;

	private long sent;

	/**
	 * Creates it.
	 * @param target the answer; is opened with the first write
	 * @param bytesPerSecond the least rate
	 * @param grace how long any rate will do, from the first write
	 * @param nanoTime the clock
	 */
	PacedOutputStream(Target target, long bytesPerSecond, Duration grace, LongSupplier nanoTime) {
		this.target = target;
		this.bytesPerSecond = bytesPerSecond;
		this.graceNanos = grace.toNanos();
		this.nanoTime = nanoTime;
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		OutputStream output = this.target.open();
		if (this.sent == 0) {
			this.start = this.nanoTime.getAsLong();
		}
		for (int written = 0; written < length; written += PIECE) {
			int piece = Math.min(PIECE, length - written);
			output.write(bytes, offset + written, piece);
			this.sent += piece;
			requirePace();
		}
	}

	private void requirePace() throws IOException {
		double late = this.nanoTime.getAsLong() - this.start - this.graceNanos;
		if (late > 0 && this.sent < late / 1e9 * this.bytesPerSecond) {
			throw new IOException(
					"The client took the answer too slowly, at less than " + this.bytesPerSecond + " bytes a second");
		}
	}

	/** What is written to. */
	interface Target {

		OutputStream open() throws IOException;

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * An answer that its client must receive at a minimum rate.
 */
final class PacedOutputStream extends OutputStream {

	/** A container does not return from a large write before all of it is sent. */
	private static final int PIECE = 16 * 1024;

	private final Target target;

	private final long bytesPerSecond;

	private final Supplier<Pace> start;

	private @Nullable Pace pace;

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
		this.start = () -> new Pace(bytesPerSecond, grace, nanoTime);
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		OutputStream output = this.target.open();
		Pace pace = pace();
		for (int written = 0; written < length; written += PIECE) {
			int piece = Math.min(PIECE, length - written);
			output.write(bytes, offset + written, piece);
			pace.count(piece);
			if (pace.isTooSlow()) {
				throw new IOException("The client took the answer too slowly, at less than " + this.bytesPerSecond
						+ " bytes a second");
			}
		}
	}

	@Override
	public void flush() throws IOException {
		this.target.open().flush();
	}

	/** From the first write on. */
	private Pace pace() {
		Pace pace = (this.pace != null) ? this.pace : this.start.get();
		this.pace = pace;
		return pace;
	}

	/** The stream to write to. */
	interface Target {

		OutputStream open() throws IOException;

	}

}

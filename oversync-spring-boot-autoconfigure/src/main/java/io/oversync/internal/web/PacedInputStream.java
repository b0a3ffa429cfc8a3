/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A body that must arrive at a minimum rate.
 */
final class PacedInputStream extends InputStream {

	private final InputStream body;

	private final long bytesPerSecond;

	private final Pace pace;

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
		this.pace = new Pace(bytesPerSecond, grace, nanoTime);
	}

	@Override
	public int read() throws IOException {
		byte[] single = new byte[1];
		return (read(single, 0, 1) < 0) ? -1 : single[0] & 0xFF;
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		int count = this.body.read(buffer, offset, length);
		this.pace.count(Math.max(0, count));
		if (count >= 0 && this.pace.isTooSlow()) {
			throw new AbandonedRequestException("The body came in too slowly, at less than " + this.bytesPerSecond
					+ " bytes a second; nothing was changed, please try again");
		}
		return count;
	}

}

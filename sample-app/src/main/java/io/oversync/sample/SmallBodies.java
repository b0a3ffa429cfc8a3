/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Reads the bodies of requests that anyone may send. Bodies that trickle in hold threads:
 * only some are read at a time, and none for long.
 */
public final class SmallBodies {

	private static final Duration SLOWEST = Duration.ofSeconds(5);

	private static final int AT_A_TIME = 16;

	private final Semaphore places = new Semaphore(AT_A_TIME);

	private final int largest;

	/**
	 * Creates it.
	 * @param largest the most bytes of a body
	 */
	public SmallBodies(int largest) {
		this.largest = largest;
	}

	/**
	 * Reads a body.
	 * @param body the body
	 * @return its bytes
	 * @throws IOException if the connection breaks
	 * @throws UnusableBodyException if it is too large or takes too long
	 * @throws ResponseStatusException 503 if too many are being read
	 */
	public byte[] read(InputStream body) throws IOException {
		if (!this.places.tryAcquire()) {
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
		}
		try {
			return readInTime(body);
		}
		finally {
			this.places.release();
		}
	}

	private byte[] readInTime(InputStream body) throws IOException {
		long start = System.nanoTime();
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		byte[] buffer = new byte[1024];
		for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
			bytes.write(buffer, 0, count);
			if (bytes.size() > this.largest) {
				throw new UnusableBodyException("the body is larger than " + this.largest / 1024 + " KB");
			}
			if (System.nanoTime() - start > SLOWEST.toNanos()) {
				throw new UnusableBodyException("the body took longer than " + SLOWEST.toSeconds() + " seconds");
			}
		}
		return bytes.toByteArray();
	}

	/** A body is too large, or takes too long. */
	public static final class UnusableBodyException extends RuntimeException {

		UnusableBodyException(String message) {
			super(message);
		}

	}

}

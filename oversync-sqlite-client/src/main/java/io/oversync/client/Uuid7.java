/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes keys for new rows: UUIDs that start with the time (version 7 of RFC 9562). A
 * server's index on such a key takes new rows at its end, where random keys are scattered
 * over all of it.
 * <p>
 * The UUIDs of a process are different and ascending, in the order of
 * {@link UUID#toString()}, of the 16 bytes and of PostgreSQL, also when the clock goes
 * back. They tell when they were made, to the millisecond.
 */
public final class Uuid7 {

	private static final Uuid7 SHARED = new Uuid7(System::currentTimeMillis, new SecureRandom()::nextLong);

	private static final int COUNTER_BITS = 12;

	private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;

	/** A counter that starts in its lower half has room for 2,048 more. */
	private static final long COUNTER_START_MASK = COUNTER_MASK >>> 1;

	private static final long VERSION = 0x7000;

	private static final long VARIANT = 1L << 63;

	private static final long VARIANT_MASK = -1L >>> 2;

	private final LongSupplier clock;

	private final LongSupplier random;

	/**
	 * The time in milliseconds and the counter below it, so that a counter that overflows
	 * borrows from the next millisecond.
	 */
	private final AtomicLong last = new AtomicLong();

	Uuid7(LongSupplier clock, LongSupplier random) {
		this.clock = clock;
		this.random = random;
	}

	/**
	 * Makes a UUID. May be called by several threads.
	 * @return a UUID that is greater than all that this process has made before
	 */
	public static UUID next() {
		return SHARED.generate();
	}

	UUID generate() {
		long start = (this.clock.getAsLong() << COUNTER_BITS) | (this.random.getAsLong() & COUNTER_START_MASK);
		long place = this.last.updateAndGet((previous) -> Math.max(previous + 1, start));
		return new UUID(((place >>> COUNTER_BITS) << 16) | VERSION | (place & COUNTER_MASK),
				VARIANT | (this.random.getAsLong() & VARIANT_MASK));
	}

}

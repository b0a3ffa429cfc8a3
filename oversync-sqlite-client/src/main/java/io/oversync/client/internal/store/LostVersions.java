/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Versions of rows that the server has lost. A device sends such a row on top of a
 * version that no other device names: the lower bits are the version that it knew, the
 * upper ones are random. The server goes on from there if it does not have the row, and
 * finds a conflict if another device was faster. If both went on from the version that
 * they knew, an edit of version 1 could get the number of another edit that was lost as
 * version 2, and the one would overwrite the other without a conflict.
 */
public final class LostVersions {

	private static final int SHIFT = 20;

	/** The bits of a version that count, also for statements. */
	public static final long COUNT = (1L << SHIFT) - 1;

	private static final int RANDOM = 1 << 24;

	private LostVersions() {
	}

	/** Returns the version on top of which a lost row is sent. */
	public static long goOn(long version) {
		return version + (ThreadLocalRandom.current().nextLong(1, RANDOM) << SHIFT);
	}

	/** Returns what a version counts, whichever history it is of. */
	public static long count(long version) {
		return version & COUNT;
	}

}

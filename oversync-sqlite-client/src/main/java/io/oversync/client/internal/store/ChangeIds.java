/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

/**
 * Numbers of this device's changes. They start at the time, so that a database that is
 * new, or was put back from a backup, does not use numbers again that the server has
 * seen; and whatever the clock says they are positive, since others carry no idempotency
 * (§2.1).
 */
public final class ChangeIds {

	/** Greater than all ordinary numbers. */
	public static final long MAX = 1L << 61;

	/** The number of changes for which each millisecond since 1970 has room. */
	private static final int PER_MILLISECOND = 1024;

	/** In milliseconds: leaves room for as many changes as there will ever be. */
	private static final long LATEST = 1L << 50;

	/** Bits of a number that tell rows of one lost version apart. */
	private static final int LOST_SHIFT = 32;

	/** The greatest version; later versions count as this one. */
	private static final long MAX_LOST = (1L << 28) - 1;

	/** Bit of a number whose row goes back after the server was lost before. */
	private static final long UNPROVEN = 1L << 60;

	private ChangeIds() {
	}

	/** Returns the first number of changes that are made at a time. */
	public static long first(long now) {
		return Math.max(1, Math.min(now, LATEST) * PER_MILLISECOND);
	}

	/**
	 * Returns the number of a row that the server lost and gets back as it was. It tells
	 * other devices which version that was, since the server counts from an earlier one
	 * again. Rows do not share it, because servers look up what was sent under a number.
	 * @param changeId the ordinary number of the change
	 */
	static long ofLost(long version, long changeId) {
		return MAX + (Math.min(version, MAX_LOST) << LOST_SHIFT) + rest(changeId);
	}

	/**
	 * Returns the number of a row that goes back to a server which was lost before, too:
	 * that server had begun again from an earlier version, so another device may know
	 * another row under the same number, or a lower one.
	 * @param version see {@link #ofLost}; 0 if the row was edited since
	 */
	static long ofUnproven(long version, long changeId) {
		return ofLost(version, changeId) + UNPROVEN;
	}

	/** Returns the version that was lost and came back with a change, or 0. */
	public static long lostVersion(long id) {
		return (id > MAX) ? Math.min(((id - MAX) & (UNPROVEN - 1)) >> LOST_SHIFT, MAX_LOST) : 0;
	}

	/** Returns whether a number is of {@link #ofUnproven}. */
	public static boolean isUnproven(long id) {
		return id > MAX && ((id - MAX) & UNPROVEN) != 0;
	}

	/** Returns what is left of an ordinary number in one of {@link #ofUnproven}. */
	static long rest(long id) {
		return id & ((1L << LOST_SHIFT) - 1);
	}

}

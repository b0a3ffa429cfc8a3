package io.oversync.client;

/**
 * Numbers of this device's changes. They start at the time, so that a database that is
 * new, or was put back from a backup, does not use numbers again that the server has
 * seen; and whatever the clock says they are positive, since others carry no idempotency
 * (§2.1).
 */
final class ChangeIds {

	/** No ordinary number is as high. */
	static final long MAX = 1L << 61;

	/** Room for so many changes in each millisecond since 1970. */
	private static final int PER_MILLISECOND = 1024;

	/** In milliseconds: leaves room for as many changes as there will ever be. */
	private static final long LATEST = 1L << 50;

	/** Bits of a number that tell rows of one lost version apart. */
	private static final int LOST_SHIFT = 32;

	/** A row of so many versions, or more, is taken for one of so many. */
	private static final long MAX_LOST = (1L << 28) - 1;

	private ChangeIds() {
	}

	/** Returns the first number of changes that are made at a time. */
	static long first(long now) {
		return Math.max(1, Math.min(now, LATEST) * PER_MILLISECOND);
	}

	/**
	 * Returns the number of a row that the server lost and gets back as it was. It tells
	 * other devices which version that was, since the server counts from an earlier one
	 * again. Rows do not share it, because servers look up what was sent under a number.
	 * @param changeId the ordinary number of the change
	 */
	static long ofLost(long version, long changeId) {
		return MAX + (Math.min(version, MAX_LOST) << LOST_SHIFT) + (changeId & ((1L << LOST_SHIFT) - 1));
	}

	/** Returns the version that was lost and came back with a change, or 0. */
	static long lostVersion(long id) {
		return (id > MAX) ? Math.min((id - MAX) >> LOST_SHIFT, MAX_LOST) : 0;
	}

}

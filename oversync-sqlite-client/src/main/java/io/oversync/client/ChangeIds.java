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

	private ChangeIds() {
	}

	/** Returns the first number of changes that are made at a time. */
	static long first(long now) {
		return Math.max(1, Math.min(now, LATEST) * PER_MILLISECOND);
	}

	/**
	 * Returns the number of a row that the server lost and gets back as it was. It tells
	 * other devices which version that was, since the server counts from an earlier one
	 * again. Rows may share it: for another row a number means nothing (§2.1).
	 */
	static long ofLost(long version) {
		return MAX + Math.min(version, MAX - 1);
	}

	/** Returns the version that was lost and came back with a change, or 0. */
	static long lostVersion(long id) {
		return (id > MAX) ? Math.min(id - MAX, MAX - 1) : 0;
	}

}

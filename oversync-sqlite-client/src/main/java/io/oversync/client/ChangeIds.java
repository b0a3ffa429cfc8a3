package io.oversync.client;

/**
 * Numbers of this device's changes. They start at the time, so that a database that is
 * new, or was put back from a backup, does not use numbers again that the server has
 * seen; and whatever the clock says they are positive, since others carry no idempotency
 * (§2.1).
 */
final class ChangeIds {

	/** No number of this client is higher, so higher ones are not its own. */
	static final long MAX = 1L << 62;

	/** Room for so many changes in each millisecond since 1970. */
	private static final int PER_MILLISECOND = 1024;

	/** In milliseconds: leaves room for as many changes as there will ever be. */
	private static final long LATEST = 1L << 51;

	private ChangeIds() {
	}

	/** Returns the first number of changes that are made at a time. */
	static long first(long now) {
		return Math.max(1, Math.min(now, LATEST) * PER_MILLISECOND);
	}

}

package io.oversync.web;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds how many of something one user has at a time, in this process, so that no user
 * takes all of the server's threads. Users who have none are forgotten.
 */
final class PerUserLimit {

	private final int most;

	private final Map<String, Integer> counts = new ConcurrentHashMap<>();

	/**
	 * Creates a limit.
	 * @param most how many one user may have at a time, 1 or more
	 */
	PerUserLimit(int most) {
		this.most = most;
	}

	/**
	 * Counts one more, unless these are too many.
	 * @param userId the user
	 * @return whether it was counted, and so has to {@link #leave}
	 */
	boolean tryEnter(String userId) {
		boolean[] entered = new boolean[1];
		this.counts.compute(userId, (user, count) -> {
			int before = (count != null) ? count : 0;
			entered[0] = before < this.most;
			return entered[0] ? Integer.valueOf(before + 1) : count;
		});
		return entered[0];
	}

	/**
	 * Counts one less.
	 * @param userId the user
	 */
	void leave(String userId) {
		this.counts.computeIfPresent(userId, (user, count) -> (count > 1) ? count - 1 : null);
	}

	/** Returns how many users have some. */
	int users() {
		return this.counts.size();
	}

}

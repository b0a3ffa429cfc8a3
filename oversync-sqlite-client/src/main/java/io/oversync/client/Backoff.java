package io.oversync.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait after failures in a row: up to twice as long after each, at random, so
 * that devices do not come back all at once; and never less than the server asked for.
 */
final class Backoff {

	private static final int MAX_DOUBLINGS = 30;

	private final Duration first;

	private final Duration longest;

	private int failures;

	Backoff(Duration first, Duration longest) {
		this.first = first;
		this.longest = longest;
	}

	void reset() {
		this.failures = 0;
	}

	/** Returns how long to wait after another failure. */
	Duration next(SyncException failure) {
		long ceiling = ceiling(this.failures++).toMillis();
		long millis = ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
		Duration wait = Duration.ofMillis(millis);
		Duration asked = (failure instanceof ServerException refused) ? refused.retryAfter().orElse(Duration.ZERO)
				: Duration.ZERO;
		return (asked.compareTo(wait) > 0) ? asked : wait;
	}

	Duration ceiling(int failures) {
		long factor = 1L << Math.min(failures, MAX_DOUBLINGS);
		long millis = Math.min(this.longest.toMillis() / factor, this.first.toMillis()) * factor;
		return (millis > 0) ? Duration.ofMillis(millis) : this.longest;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.background;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import io.oversync.client.internal.support.Nanos;

/**
 * The delay after consecutive failures. It doubles after each, with a random part, so
 * that devices do not return at the same moment, and is at least the delay that the
 * server asked for, up to an hour.
 */
public final class Backoff {

	private static final int MAX_DOUBLINGS = 30;

	/** The longest delay that a server can ask for. */
	private static final Duration LONGEST_ASKED = Duration.ofHours(1);

	/** What is tried rarely is tried after so many of the longest delays. */
	private static final int RARE = 6;

	private final Duration first;

	private final Duration longest;

	private int failures;

	public Backoff(Duration first, Duration longest) {
		this.first = Duration.ofNanos(Nanos.of(first));
		this.longest = Duration.ofNanos(Nanos.of(longest));
	}

	/** Returns the same delays for something else that fails by itself. */
	public Backoff copy() {
		return new Backoff(this.first, this.longest);
	}

	/** Returns how long to wait at least, however urgently a sync is requested. */
	Duration shortest() {
		return this.first;
	}

	void reset() {
		this.failures = 0;
	}

	/** Returns how long to wait for what the server does not offer now. */
	Duration rare() {
		long ceiling = Math.min(this.longest.toMillis(), LONGEST_ASKED.toMillis()) * RARE;
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1));
	}

	/** Returns how long to wait after another failure. */
	Duration next(SyncException failure) {
		long ceiling = ceiling(this.failures++).toMillis();
		long millis = ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
		Duration wait = Duration.ofMillis(millis);
		Duration asked = (failure instanceof ServerException refused) ? refused.retryAfter().orElse(Duration.ZERO)
				: Duration.ZERO;
		asked = (asked.compareTo(LONGEST_ASKED) > 0) ? LONGEST_ASKED : asked;
		return (asked.compareTo(wait) > 0) ? asked : wait;
	}

	Duration ceiling(int failures) {
		long factor = 1L << Math.min(failures, MAX_DOUBLINGS);
		long millis = Math.min(this.longest.toMillis() / factor, this.first.toMillis()) * factor;
		return (millis > 0) ? Duration.ofMillis(millis) : this.longest;
	}

}

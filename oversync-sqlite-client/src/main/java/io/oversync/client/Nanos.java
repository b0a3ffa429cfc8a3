/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Duration;

/**
 * Durations as nanoseconds. A duration of centuries does not overflow: it is as long as
 * can be.
 */
final class Nanos {

	private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

	private Nanos() {
	}

	static long of(Duration duration) {
		return ((duration.compareTo(LONGEST) > 0) ? LONGEST : duration).toNanos();
	}

}

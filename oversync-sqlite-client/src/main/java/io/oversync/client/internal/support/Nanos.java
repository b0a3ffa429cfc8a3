/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.support;

import java.time.Duration;

/**
 * Durations as nanoseconds. A duration of centuries does not overflow: it is as long as
 * can be.
 */
public final class Nanos {

	private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

	private Nanos() {
	}

	public static long of(Duration duration) {
		return ((duration.compareTo(LONGEST) > 0) ? LONGEST : duration).toNanos();
	}

}

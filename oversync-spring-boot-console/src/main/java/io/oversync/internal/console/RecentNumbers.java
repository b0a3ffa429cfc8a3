/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.oversync.internal.service.EngineStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Numbers about all users that are a few seconds old at most: pages that are left open
 * cost one reading, however many there are.
 */
final class RecentNumbers {

	static final Duration LONGEST = Duration.ofSeconds(5);

	private final Supplier<EngineStatistics> source;

	private final LongSupplier nanoTime;

	private @Nullable EngineStatistics last;

	private long readAt;

	RecentNumbers(Supplier<EngineStatistics> source, LongSupplier nanoTime) {
		this.source = source;
		this.nanoTime = nanoTime;
	}

	synchronized EngineStatistics get() {
		EngineStatistics numbers = this.last;
		if (numbers == null || this.nanoTime.getAsLong() - this.readAt > LONGEST.toNanos()) {
			numbers = this.source.get();
			this.last = numbers;
			this.readAt = this.nanoTime.getAsLong();
		}
		return numbers;
	}

}

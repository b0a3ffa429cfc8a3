/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.oversync.internal.service.EngineStatistics;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RecentNumbersTests {

	private final AtomicLong now = new AtomicLong();

	private final AtomicLong readings = new AtomicLong();

	private final RecentNumbers numbers = new RecentNumbers(this::read, this.now::get);

	private EngineStatistics read() {
		if (this.readings.incrementAndGet() == 1) {
			throw new IllegalStateException("the database is away");
		}
		return new EngineStatistics(this.readings.get(), Map.of(), 0, Duration.ZERO, List.of());
	}

	@Test
	void readsAgainAfterSomeSecondsAndAfterAFailure() {
		assertThatIllegalStateException().isThrownBy(this.numbers::get);
		assertThat(this.numbers.get().streams()).isEqualTo(2);
		this.now.addAndGet(RecentNumbers.LONGEST.toNanos());
		assertThat(this.numbers.get().streams()).isEqualTo(2);
		this.now.addAndGet(1);
		assertThat(this.numbers.get().streams()).isEqualTo(3);
	}

}

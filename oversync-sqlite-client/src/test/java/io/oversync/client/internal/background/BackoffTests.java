/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.background;

import java.time.Duration;

import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Backoff}.
 */
class BackoffTests {

	@Test
	void aServerMayAskForAnHourAtMost() {
		Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));
		assertThat(backoff.next(new ServerException(503, "", "x", Duration.ofSeconds(Long.MAX_VALUE))))
			.isEqualTo(Duration.ofHours(1));
	}

	@Test
	void theBackoffDoublesUpToItsLongestAndIsSpread() {
		Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
		assertThat(backoff.ceiling(0)).isEqualTo(Duration.ofSeconds(1));
		assertThat(backoff.ceiling(3)).isEqualTo(Duration.ofSeconds(8));
		assertThat(backoff.ceiling(20)).isEqualTo(Duration.ofMinutes(5));
		assertThat(backoff.ceiling(1000)).isEqualTo(Duration.ofMinutes(5));
		for (int i = 0; i < 100; i++) {
			Backoff fresh = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
			assertThat(fresh.next(new SyncException("x"))).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
		}
	}

}

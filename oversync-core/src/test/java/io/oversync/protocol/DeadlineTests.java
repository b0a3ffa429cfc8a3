/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeadlineTests {

	@Test
	void leavesSomeTime() {
		Deadline deadline = Deadline.in(Duration.ofHours(1));
		assertThat(deadline.left()).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
		assertThat(deadline.isOver()).isFalse();
		assertThatNoException().isThrownBy(deadline::check);
	}

	@Test
	void endsLateWork() {
		Deadline deadline = Deadline.in(Duration.ZERO);
		assertThat(deadline.left()).isZero();
		assertThat(deadline.isOver()).isTrue();
		assertThatThrownBy(deadline::check).isInstanceOfSatisfying(SyncException.class,
				(ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

	@Test
	void noneNeverPasses() {
		assertThat(Deadline.NONE.isOver()).isFalse();
		assertThat(Deadline.NONE.left()).isGreaterThan(Duration.ofDays(100 * 365));
	}

}

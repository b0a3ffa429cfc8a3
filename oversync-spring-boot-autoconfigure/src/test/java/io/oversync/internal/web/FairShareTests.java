/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FairShareTests {

	private final FairShare places = new FairShare(100, 16);

	private int take(String user, int wanted) {
		return (int) IntStream.range(0, wanted).filter((i) -> this.places.tryEnter(user)).count();
	}

	@Test
	void oneUserTakesNoMoreThanHisMost() {
		assertThat(take("ann", 1000)).isEqualTo(16);
	}

	@Test
	void theMoreUsersTheFewerPlacesEach() {
		int taken = 0;
		for (int user = 0; user < 12; user++) {
			taken += take("user" + user, 1000);
		}
		assertThat(taken).isBetween(80, 95);
		assertThat(take("late", 1000)).isPositive();
	}

	@Test
	void oneWhoHasNoneGetsTheLastOne() {
		for (int user = 0; user < 99; user++) {
			assertThat(take("user" + user, 1)).isOne();
		}
		assertThat(take("user1", 1)).isZero();
		assertThat(take("late", 2)).isOne();
		assertThat(take("later", 1)).isZero();
	}

	@Test
	void whatIsGivenBackIsFree() {
		for (int i = 0; i < 1000; i++) {
			assertThat(this.places.tryEnter("ann")).isTrue();
			this.places.leave("ann");
		}
		assertThat(take("ann", 16)).isEqualTo(16);
	}

}

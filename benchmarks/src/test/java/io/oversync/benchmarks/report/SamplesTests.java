/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.report;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SamplesTests {

	@Test
	void medianIsTheValueInTheMiddle() {
		assertThat(new Samples(9, 1, 4).median()).isEqualTo(4);
	}

	@Test
	void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
		assertThat(new Samples(9, 1, 4, 2).median()).isEqualTo(3);
	}

	@Test
	void rangeIsFromTheLowestToTheHighest() {
		assertThat(new Samples(9, 1, 4).range("%.0f")).isEqualTo("1 to 9");
	}

	@Test
	void ratiosAreOfTheSameRound() {
		Samples ratios = new Samples(1, 9).dividedBy(new Samples(2, 3));
		assertThat(ratios.lowest()).isEqualTo(0.5);
		assertThat(ratios.highest()).isEqualTo(3);
	}

}

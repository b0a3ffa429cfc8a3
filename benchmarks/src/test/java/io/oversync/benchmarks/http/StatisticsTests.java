/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StatisticsTests {

	@Test
	void medianIsTheValueInTheMiddle() {
		assertThat(Statistics.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4);
	}

	@Test
	void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
		assertThat(Statistics.median(List.of(9.0, 1.0, 4.0, 2.0))).isEqualTo(3);
	}

	@Test
	void percentileIsAValueThatOccurs() {
		double[] values = { 5, 1, 4, 2, 3 };
		assertThat(Statistics.percentile(values, 50)).isEqualTo(3);
		assertThat(Statistics.percentile(values, 60)).isEqualTo(3);
		assertThat(Statistics.percentile(values, 61)).isEqualTo(4);
		assertThat(Statistics.percentile(values, 99)).isEqualTo(5);
		assertThat(Statistics.percentile(values, 100)).isEqualTo(5);
	}

	@Test
	void percentileOfOneValueIsThatValue() {
		assertThat(Statistics.percentile(new double[] { 7 }, 1)).isEqualTo(7);
	}

	@Test
	void percentileLeavesTheValuesInTheirOrder() {
		double[] values = { 2, 1 };
		Statistics.percentile(values, 50);
		assertThat(values).containsExactly(2, 1);
	}

	@Test
	void ratiosAreOfTheSameRound() {
		assertThat(Statistics.ratios(List.of(1.0, 9.0), List.of(2.0, 3.0))).containsExactly(0.5, 3.0);
	}

}

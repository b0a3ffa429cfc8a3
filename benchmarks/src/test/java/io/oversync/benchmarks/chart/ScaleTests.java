/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.chart;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ScaleTests {

	@Test
	void linearScaleStartsAtZeroAndGoesInRoundStepsBeyondTheLargestValue() {
		assertThat(Scale.linear(List.of(300.0, 57_000.0)).ticks()).containsExactly(0.0, 10_000.0, 20_000.0, 30_000.0,
				40_000.0, 50_000.0, 60_000.0);
		assertThat(Scale.linear(List.of(4.0)).ticks()).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0);
	}

	@Test
	void linearScalePutsEqualDifferencesEquallyFarApart() {
		Scale scale = Scale.linear(List.of(50.0));
		assertThat(scale.position(0)).isZero();
		assertThat(scale.position(25)).isEqualTo(0.5);
		assertThat(scale.position(50)).isEqualTo(1);
	}

	@Test
	void logarithmicScaleHasThePowersOfTenAroundItsValues() {
		assertThat(Scale.logarithmic(List.of(10_000.0, 1.0)).ticks()).containsExactly(1.0, 10.0, 100.0, 1_000.0,
				10_000.0);
		assertThat(Scale.logarithmic(List.of(20.0, 300.0)).ticks()).containsExactly(10.0, 100.0, 1_000.0);
	}

	@Test
	void logarithmicScalePutsEqualFactorsEquallyFarApart() {
		Scale scale = Scale.logarithmic(List.of(1.0, 10_000.0));
		assertThat(scale.position(1)).isZero();
		assertThat(scale.position(10)).isEqualTo(0.25, within(1e-9));
		assertThat(scale.position(1_000)).isEqualTo(0.75, within(1e-9));
		assertThat(scale.position(10_000)).isEqualTo(1);
	}

}

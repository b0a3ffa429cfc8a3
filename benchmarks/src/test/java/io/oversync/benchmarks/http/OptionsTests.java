/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTests {

	@Test
	void readsNamesRoundsAndSeconds() {
		assertThat(Options.parse(List.of("a", "--rounds=2", "b", "--seconds=1")))
			.isEqualTo(new Options(List.of("a", "b"), 2, 1, 10_000_000));
	}

	@Test
	void nothingMeansAllMeasuresAndSevenRounds() {
		assertThat(Options.parse(List.of())).isEqualTo(new Options(List.of(), 7, 3, 10_000_000));
	}

	@Test
	void readsTheSizeOfTheFleet() {
		assertThat(Options.parse(List.of("fleet", "--changes=20000")).changes()).isEqualTo(20_000);
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--changes=1000000000")))
			.withMessageContaining("1 to 999999999");
	}

	@Test
	void refusesWhatItDoesNotKnow() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--round=2")));
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--rounds=0")));
		assertThatIllegalArgumentException().isThrownBy(() -> HttpBenchmark.of(List.of("uplod")))
			.withMessageContaining("upload-1000x4");
	}

}

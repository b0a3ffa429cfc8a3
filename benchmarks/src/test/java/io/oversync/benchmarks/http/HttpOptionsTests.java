/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HttpOptionsTests {

	@Test
	void readsNamesRoundsAndSeconds() {
		HttpOptions options = HttpOptions.parse(List.of("a", "--rounds=2", "b", "--seconds=1"));
		assertThat(options.names()).containsExactly("a", "b");
		assertThat(options.rounds()).isEqualTo(2);
		assertThat(options.seconds()).isEqualTo(1);
		assertThat(options.changes()).isEqualTo(10_000_000);
	}

	@Test
	void nothingMeansAllMeasuresAndSevenRounds() {
		HttpOptions options = HttpOptions.parse(List.of());
		assertThat(options.names()).isEmpty();
		assertThat(options.rounds()).isEqualTo(7);
		assertThat(options.seconds()).isEqualTo(3);
	}

	@Test
	void readsTheSizeOfTheFleet() {
		assertThat(HttpOptions.parse(List.of("fleet", "--changes=20000")).changes()).isEqualTo(20_000);
		assertThatExceptionOfType(ParameterException.class)
			.isThrownBy(() -> HttpOptions.parse(List.of("--changes=1000000000")))
			.withMessageContaining("1 to 999999999");
	}

	@Test
	void refusesUnknownOptionsMeasuresAndValues() {
		for (String option : List.of("--round=2", "--rounds=0", "--rounds=10000", "--rounds=x")) {
			assertThatExceptionOfType(ParameterException.class).isThrownBy(() -> HttpOptions.parse(List.of(option)));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> HttpBenchmark.of(List.of("uplod")))
			.withMessageContaining("upload-1000x4");
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether it runs; its speed is not asserted.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("prove")
class HttpBenchmarkIntegrationTests {

	@Test
	void measuresAServerOfItsOwn(CapturedOutput output) throws Exception {
		HttpBenchmark.of(List.of("upload-100x1", "--rounds=1", "--seconds=1")).run();
		assertThat(output.getOut()).contains("| measure ")
			.contains("| upload-100x1, fresh ")
			.contains("| upload-100x1, analysed ");
	}

	@Test
	void comparesAFleetWithAnEmptyDatabase(CapturedOutput output) throws Exception {
		HttpBenchmark.of(List.of("fleet", "--changes=20000", "--rounds=1", "--seconds=1")).run();
		assertThat(output.getErr()).contains("20,000 changes of 20 users");
		assertThat(output.getOut()).contains("| poll ")
			.contains("| page of 100 ")
			.contains("| upload of 1 ")
			.contains("| upload of 1,000, UUIDv7 ");
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CpuSecondsTests {

	@Test
	void findsTheTimesBehindAnyName() {
		String stat = "71 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 300 25 20 0 1";
		assertThat(CpuSeconds.Clock.seconds(stat, 11, 12)).isEqualTo(2.0);
		assertThat(CpuSeconds.Clock.seconds(stat, 13, 14)).isEqualTo(3.25);
	}

}

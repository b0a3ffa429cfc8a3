/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Figures of requests.
 */
class CallTimesTests {

	@Test
	void percentilesAreMeasuredValues() {
		List<Call> calls = LongStream.rangeClosed(1, 200)
			.mapToObj((millis) -> new Call(Call.Kind.POLL, millis, (millis > 198) ? 503 : 200))
			.toList();
		assertThat(CallTimes.of(calls)).isEqualTo(new CallTimes(200, 100, 198, 200, Map.of(503, 2L)));
		assertThat(CallTimes.of(calls.subList(0, 1))).isEqualTo(new CallTimes(1, 1, 1, 1, Map.of()));
		assertThat(CallTimes.of(List.of())).isEqualTo(new CallTimes(0, 0, 0, 0, Map.of()));
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TimestampsTests {

	private static final DateTimeFormatter EXPECTED = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
		.withZone(ZoneOffset.UTC);

	private static final long YEAR_0 = -62_167_219_200L;

	private static final long END_OF_YEAR_9999 = 253_402_300_799L;

	@Test
	void cutsWhatIsFinerThanAMicrosecond() {
		assertThat(Timestamps.format(Instant.parse("2024-02-29T09:05:07.000001999Z")))
			.isEqualTo("2024-02-29T09:05:07.000001Z");
	}

	@Property
	void writesWhatAFormatterWrites(@ForAll @LongRange(min = YEAR_0, max = END_OF_YEAR_9999) long second,
			@ForAll @IntRange(max = 999_999_999) int nano) {
		Instant instant = Instant.ofEpochSecond(second, nano);
		assertThat(Timestamps.format(instant)).isEqualTo(EXPECTED.format(instant));
	}

}

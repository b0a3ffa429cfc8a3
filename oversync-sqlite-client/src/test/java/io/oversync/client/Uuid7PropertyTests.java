/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

class Uuid7PropertyTests {

	private static final long MAX_TIME = (1L << 48) - 1;

	@Property
	void ascendsWhateverTheClockSays(@ForAll @Size(min = 2, max = 50) List<@LongRange(max = MAX_TIME - 1) Long> times,
			@ForAll long random) {
		Iterator<Long> clock = times.iterator();
		Uuid7 generator = new Uuid7(clock::next, () -> random);
		List<String> made = new ArrayList<>();
		for (int i = 0; i < times.size(); i++) {
			UUID uuid = generator.generate();
			assertThat(uuid.version()).isEqualTo(7);
			assertThat(uuid.variant()).isEqualTo(2);
			assertThat(uuid.getMostSignificantBits() >>> 16).isGreaterThanOrEqualTo(times.get(i));
			made.add(uuid.toString());
		}
		assertThat(made).isSorted().doesNotHaveDuplicates();
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.verify;

import java.util.List;
import java.util.stream.IntStream;

import io.oversync.client.Uuid7;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Two halves make up the whole.
 */
class KeyRangeTests {

	@Test
	void theHalvesOfAllKeysMeetInTheMiddle() {
		assertThat(KeyRange.ALL.halves(null, null)).containsExactly(
				new KeyRange(KeyRange.ALL.from(), "7fffffff-ffff-ffff-ffff-ffffffffffff"),
				new KeyRange("80000000-0000-0000-0000-000000000000", KeyRange.ALL.to()));
	}

	@Test
	void keysThatBeginWithATimeAreFoundInBothHalves() {
		List<String> keys = IntStream.range(0, 1000).mapToObj((i) -> Uuid7.next().toString()).sorted().toList();
		List<KeyRange> halves = KeyRange.ALL.halves(keys.get(0), keys.get(999));
		assertThat(keys).filteredOn(halves.get(0)::contains).isNotEmpty();
		assertThat(keys).filteredOn(halves.get(1)::contains).isNotEmpty();
		assertThat(keys).allMatch((key) -> halves.get(0).contains(key) != halves.get(1).contains(key));
	}

	@Test
	void twoKeysAreDividedAndOneIsNot() {
		KeyRange two = new KeyRange("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002");
		assertThat(two.halves(two.from(), two.to())).containsExactly(new KeyRange(two.from(), two.from()),
				new KeyRange(two.to(), two.to()));
		assertThat(two.halves(two.from(), two.from())).as("one row here").hasSize(2);
		assertThatIllegalStateException()
			.isThrownBy(() -> new KeyRange(two.from(), two.from()).halves(two.from(), two.from()));
	}

}

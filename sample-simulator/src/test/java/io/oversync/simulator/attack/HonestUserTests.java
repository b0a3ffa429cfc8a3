/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The differences that an honest user finds between acknowledged rows and the server's.
 */
class HonestUserTests {

	@Test
	void equalRowsDoNotDiffer() {
		assertThat(compare(Map.of("1", "a v1"), Map.of("1", "a v1"))).isEmpty();
	}

	@Test
	void lostChangedAndStrangeRowsAreSeen() {
		assertThat(compare(Map.of("1", "a v1"), Map.of()))
			.containsExactly("row 1 is missing in the stream instead of 'a v1'");
		assertThat(compare(Map.of("1", "a v2"), Map.of("1", "a v1")))
			.containsExactly("row 1 is 'a v1' in the stream instead of 'a v2'");
		assertThat(compare(Map.of(), Map.of("2", "b v1"))).containsExactly("row 2 in the stream was never sent");
	}

	private static List<String> compare(Map<String, String> expected, Map<String, String> actual) {
		List<String> differences = new ArrayList<>();
		HonestUser.compare("the stream", expected, actual, differences);
		return differences;
	}

}

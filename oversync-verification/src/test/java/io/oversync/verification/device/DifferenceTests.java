/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DifferenceTests {

	@Test
	void whatIsTheSameIsNoDifference() {
		assertThat(Difference.between("a", Map.of("notes 1", List.of("x")), "b", Map.of("notes 1", List.of("x"))))
			.isEmpty();
	}

	@Test
	void aRowThatIsMissingIsNamed() {
		assertThat(Difference.between("a", Map.of("notes 1", List.of("x")), "b", Map.of()).lines())
			.containsExactly("a and b differ in 1 rows:", "notes 1", "  a: [x]", "  b: no such row");
	}

	@Test
	void aLongRowShowsWhereItDiffers() {
		String same = "s".repeat(300);
		String one = "l".repeat(300) + "one" + "r".repeat(300);
		String two = "l".repeat(300) + "two" + "r".repeat(300);
		assertThat(Difference
			.between("a", Map.of("notes 1", List.of(same, one)), "b", Map.of("notes 1", List.of(same, two)))
			.lines()).containsExactly("a and b differ in 1 rows:", "notes 1",
					"  a: [" + "s".repeat(30) + "…, …" + "l".repeat(15) + "one" + "r".repeat(12) + "…]",
					"  b: [" + "s".repeat(30) + "…, …" + "l".repeat(15) + "two" + "r".repeat(12) + "…]");
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A thousand failures of a kind are one problem.
 */
class ProblemsTests {

	@Test
	void failuresOfOneKindAreCounted() {
		Problems problems = new Problems();
		problems.add("A sync", new IllegalStateException("one"));
		problems.add("A sync", new IllegalStateException("two"));
		problems.add("A sync", new IllegalArgumentException("three"));
		problems.add("a difference");
		assertThat(problems.list()).containsExactly(
				"2 times, the first: A sync failed: java.lang.IllegalStateException: one",
				"A sync failed: java.lang.IllegalArgumentException: three", "a difference");
	}

}

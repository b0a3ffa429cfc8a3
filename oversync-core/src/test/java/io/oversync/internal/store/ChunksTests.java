/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows are cut into the chunks of statements.
 */
class ChunksTests {

	private static final List<Integer> ROWS = IntStream.range(0, Chunks.MAX_ROWS * 2 + 1).boxed().toList();

	@Test
	void keepAllRowsInTheirOrder() {
		assertThat(Chunks.of(ROWS)).hasSize(3).flatMap((chunk) -> chunk).isEqualTo(ROWS);
		assertThat(Chunks.of(List.of())).isEmpty();
	}

	@Test
	void holdBackLargeRows() {
		int megabyte = 1024 * 1024;
		assertThat(Chunks.of(List.of(9, 1, 7, 1, 20, 20), (row) -> (long) row * megabyte)).containsExactly(List.of(9),
				List.of(1, 7), List.of(1), List.of(20), List.of(20));
	}

	@Test
	void areSmallerWhereATransactionIsRepeated() {
		int smaller = Chunks.smaller(Chunks.MAX_ROWS);
		assertThat(Chunks.within(smaller, () -> Chunks.of(ROWS))).allMatch((chunk) -> chunk.size() <= smaller)
			.flatMap((chunk) -> chunk)
			.isEqualTo(ROWS);
		assertThat(Chunks.of(ROWS)).hasSize(3);
		assertThat(Chunks.smaller(1)).isEqualTo(1);
	}

}

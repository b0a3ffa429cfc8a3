/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FullPagesTests {

	@Test
	void startAgainAfterTheLastFullPage() {
		FullPages cursors = new FullPages(0, 2_999);
		assertThat(cursors.next()).isZero();
		assertThat(cursors.next()).isEqualTo(1_000);
		assertThat(cursors.next()).isZero();
	}

	@Test
	void stayOnTheOnlyPage() {
		FullPages cursors = new FullPages(9_000, 10_000);
		assertThat(cursors.next()).isEqualTo(9_000);
		assertThat(cursors.next()).isEqualTo(9_000);
	}

}

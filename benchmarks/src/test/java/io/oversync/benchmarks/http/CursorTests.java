/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CursorTests {

	@Test
	void startsAgainAfterTheLastFullPage() {
		Cursor cursor = new Cursor(0, 2_999);
		assertThat(cursor.next()).isZero();
		assertThat(cursor.next()).isEqualTo(1_000);
		assertThat(cursor.next()).isZero();
	}

	@Test
	void staysOnTheOnlyPage() {
		Cursor cursor = new Cursor(9_000, 10_000);
		assertThat(cursor.next()).isEqualTo(9_000);
		assertThat(cursor.next()).isEqualTo(9_000);
	}

}

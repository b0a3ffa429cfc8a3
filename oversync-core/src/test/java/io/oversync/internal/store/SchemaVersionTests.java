/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SchemaVersionTests {

	@Test
	void comparesNumbersAndNotText() {
		assertThat(SchemaVersion.parse("1.10")).isGreaterThan(SchemaVersion.parse("1.9"));
		assertThat(SchemaVersion.parse("2")).isGreaterThan(SchemaVersion.parse("1.9"));
		assertThat(SchemaVersion.parse("1.1")).isGreaterThan(SchemaVersion.parse("1"));
	}

	@Test
	void isTooNewFromTheNextFirstNumberOn() {
		SchemaVersion needed = SchemaVersion.parse("1.2");
		assertThat(SchemaVersion.parse("1.9").isTooNewFor(needed)).isFalse();
		assertThat(SchemaVersion.parse("2").isTooNewFor(needed)).isTrue();
	}

	@Test
	void isEqualByItsNumbers() {
		assertThat(SchemaVersion.parse("1_2")).isEqualTo(SchemaVersion.parse("1.2")).hasToString("1.2");
	}

}

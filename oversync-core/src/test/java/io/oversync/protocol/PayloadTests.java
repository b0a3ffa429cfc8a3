/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PayloadTests {

	@Test
	void isEqualToAPayloadOfTheSameText() {
		assertThat(Payload.of("{\"a\":1}")).isEqualTo(Payload.of("{\"a\":1}"))
			.hasSameHashCodeAs(Payload.of("{\"a\":1}"));
		assertThat(Payload.of("{\"a\":1}")).isNotEqualTo(Payload.of("{\"a\":2}"));
		assertThat(Payload.unusable(Payload.Kind.TOO_DEEP)).isNotEqualTo(Payload.unusable(Payload.Kind.TOO_LARGE));
	}

}

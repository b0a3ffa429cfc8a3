/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PayloadTests {

	@Test
	void isEqualToAPayloadOfTheSameText() {
		assertThat(Payload.of("{\"a\":1}")).isEqualTo(Payload.of("{\"a\":1}"))
			.hasSameHashCodeAs(Payload.of("{\"a\":1}"));
		assertThat(Payload.of("{\"a\":1}")).isNotEqualTo(Payload.of("{\"a\":2}"));
		assertThat(Payload.unusable(Payload.Kind.TOO_DEEP)).isNotEqualTo(Payload.unusable(Payload.Kind.TOO_LARGE));
	}

	@Test
	void isParsedFromBraceToBrace() {
		UploadLimits limits = new UploadLimits(1000, 20, 3);
		assertThat(Payload.parse(" \n{ \"a\" : 1.0 }\t", limits)).isEqualTo(Payload.of("{ \"a\" : 1.0 }"));
		assertThat(Payload.parse("{\"a\":[[1]]}", limits).kind()).isEqualTo(Payload.Kind.OBJECT);
		assertThat(Payload.parse("{\"a\":[[[1]]]}", limits).kind()).isEqualTo(Payload.Kind.TOO_DEEP);
		assertThat(Payload.parse("{\"a\":\"12345678901\"}", limits).kind()).isEqualTo(Payload.Kind.OBJECT);
		assertThat(Payload.parse("{\"a\":\"123456789\u00e4\u00e4\"}", limits).kind()).isEqualTo(Payload.Kind.TOO_LARGE);
		assertThat(Payload.parse("{\"a\":\"\uD83D\uDE00\"}", limits).kind()).isEqualTo(Payload.Kind.OBJECT);
		assertThat(Payload.parse("{\"a\":\"\uD83D\"}", limits).kind()).isEqualTo(Payload.Kind.UNSTORABLE);
		assertThat(Payload.parse("{\"a\":\"\\u0000\"}", limits).kind()).isEqualTo(Payload.Kind.UNSTORABLE);
		for (String other : new String[] { "[1]", "1", "\"{}\"", "null" }) {
			assertThat(Payload.parse(other, limits).kind()).as(other).isEqualTo(Payload.Kind.NOT_AN_OBJECT);
		}
		for (String broken : new String[] { "", " ", "{", "{}{}", "{} x", "[", "{\"a\"}", "{a:1}" }) {
			assertThatIllegalArgumentException().as(broken).isThrownBy(() -> Payload.parse(broken, limits));
		}
	}

}

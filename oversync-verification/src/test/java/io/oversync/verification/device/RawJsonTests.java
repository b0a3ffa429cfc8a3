/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Members keep their texts, byte for byte.
 */
class RawJsonTests {

	private final RawJson json = new RawJson(
			"{\"n\" : 12 ,\"s\":\"a \\u0041 \\\"}\",\"t\": true,\"nothing\":null,\"o\": {\"b\" : 1.50, \"a\":[ ] } ,"
					+ "\"list\":[ {\"x\":1},{\"x\":-2}],\"words\":[\"a\", \"b\"]}");

	@Test
	void readsValues() {
		assertThat(this.json.number("n", 0)).isEqualTo(12);
		assertThat(this.json.number("missing", -1)).isEqualTo(-1);
		assertThat(this.json.string("s")).isEqualTo("a A \"}");
		assertThat(this.json.string("missing")).isEmpty();
		assertThat(this.json.isTrue("t")).isTrue();
		assertThat(this.json.isTrue("missing")).isFalse();
	}

	@Test
	void keepsTexts() {
		assertThat(this.json.raw("o")).isEqualTo("{\"b\" : 1.50, \"a\":[ ] }");
		assertThat(this.json.raw("s")).isEqualTo("\"a \\u0041 \\\"}\"");
		assertThat(this.json.raw("nothing")).isNull();
		assertThat(this.json.raw("missing")).isNull();
	}

	@Test
	void readsObjectsAndLists() {
		assertThat(this.json.objects("list")).extracting((object) -> object.number("x", 0)).containsExactly(1L, -2L);
		assertThat(this.json.objects("missing")).isEmpty();
		assertThat(this.json.elements("words")).containsExactly("\"a\"", "\"b\"");
		assertThat(this.json.object("o")).isNotNull();
		assertThat(this.json.object("nothing")).isNull();
		assertThat(this.json.object("n")).isNull();
	}

	@Test
	void refusesTornText() {
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> new RawJson("{\"a\":[1,2"));
	}

}

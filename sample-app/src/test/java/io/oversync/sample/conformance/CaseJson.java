/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads JSON without losing digits and without the limits that guard a server: a case may
 * send what a server refuses.
 */
final class CaseJson {

	static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(100_000)
				.maxNumberLength(100_000)
				.maxStringLength(Integer.MAX_VALUE)
				.build())
			.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

	private CaseJson() {
	}

	static JsonNode read(String text) {
		return MAPPER.readTree(text);
	}

	/**
	 * Reads a text that may not be JSON.
	 * @param text any text
	 * @return the value, or null when it is not exactly one
	 */
	static @Nullable JsonNode tryRead(String text) {
		try {
			JsonNode value = MAPPER.readTree(text);
			return value.isMissingNode() ? null : value;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	static String write(JsonNode value) {
		return MAPPER.writeValueAsString(value);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;

import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * The protocol's JSON. A row is as large as the database lets it be; names, numbers and
 * nesting that a server has accepted from another device must not keep this one from
 * reading on.
 */
final class WireJson {

	/** Servers accept 500 levels unless they are configured otherwise. */
	private static final int MAX_DEPTH = 100_000;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNumberLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.maxNestingDepth(MAX_DEPTH)
			.build())
		.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
		// names are other devices' data: that their hashes collide is no reason to fail
		.disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
		.build();

	private WireJson() {
	}

	static JsonParser parser(String text) {
		return FACTORY.createParser(ObjectReadContext.empty(), text);
	}

	static JsonParser parser(InputStream utf8) {
		return FACTORY.createParser(ObjectReadContext.empty(), utf8);
	}

	static JsonGenerator generator(Writer text) {
		return FACTORY.createGenerator(ObjectWriteContext.empty(), text);
	}

	static JsonGenerator generator(OutputStream utf8) {
		return FACTORY.createGenerator(ObjectWriteContext.empty(), utf8, JsonEncoding.UTF8);
	}

}

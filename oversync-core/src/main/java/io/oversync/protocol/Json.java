/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.io.OutputStream;
import java.io.Reader;

import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * The protocol's JSON setup, independent of the application's settings.
 */
final class Json {

	/**
	 * Parsing keeps a small object for each open level, so there is a bound; far above
	 * the deepest payload that is accepted, so that a deeper one spoils only its own
	 * change.
	 */
	private static final int MAX_NESTING = 1_000_000;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(MAX_NESTING)
			.maxNameLength(Integer.MAX_VALUE)
			.maxNumberLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.maxDocumentLength(-1)
			.maxTokenCount(-1)
			.build())
		// a table of names would keep the names that clients send
		.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
		// what breaks off in the middle must look broken
		.disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
		.disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
		.disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
		.build();

	private static final JsonFactory LINES = FACTORY.rebuild().rootValueSeparator("").build();

	private Json() {
	}

	/**
	 * Parses a text.
	 * @param text the text
	 * @return a parser whose locations have character offsets
	 */
	static JsonParser parser(String text) {
		return FACTORY.createParser(ObjectReadContext.empty(), text);
	}

	/**
	 * Parses characters as they come in.
	 * @param characters the characters
	 * @return a parser whose locations have character offsets
	 */
	static JsonParser parser(Reader characters) {
		return FACTORY.createParser(ObjectReadContext.empty(), characters);
	}

	/**
	 * Writes to a stream.
	 * @param output the stream; stays open
	 * @return the generator
	 */
	static JsonGenerator generator(OutputStream output) {
		return FACTORY.createGenerator(ObjectWriteContext.empty(), output, JsonEncoding.UTF8);
	}

	/**
	 * Writes values to a stream without anything between them.
	 * @param output the stream; stays open
	 * @return the generator
	 */
	static JsonGenerator lineGenerator(OutputStream output) {
		return LINES.createGenerator(ObjectWriteContext.empty(), output, JsonEncoding.UTF8);
	}

}

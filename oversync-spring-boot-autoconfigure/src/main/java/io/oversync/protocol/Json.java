package io.oversync.protocol;

import java.io.InputStream;
import java.io.OutputStream;

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
 * The protocol's own JSON setup, which no setting of the application can change.
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
		// names come from clients: that many of them share a hash is no reason to fail
		.disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
		// what breaks off in the middle must look broken
		.disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
		.disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
		.disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
		.build();

	/** Without the table of names that parsers of one factory share. */
	private static final JsonFactory TEXTS = FACTORY.rebuild()
		.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
		.build();

	private Json() {
	}

	/**
	 * Parses a text.
	 * @param text the text
	 * @return a parser whose locations have character offsets
	 */
	static JsonParser parser(String text) {
		return TEXTS.createParser(ObjectReadContext.empty(), text);
	}

	/**
	 * Parses a stream. The parser is a factory's first and only one: a parser of bytes
	 * needs a table of names, and a shared one would hold on to what clients sent.
	 * @param utf8 the stream
	 * @return a parser whose locations have byte offsets
	 */
	static JsonParser parser(InputStream utf8) {
		return FACTORY.rebuild().build().createParser(ObjectReadContext.empty(), utf8);
	}

	/**
	 * Writes to a stream.
	 * @param output the stream; stays open
	 * @return the generator
	 */
	static JsonGenerator generator(OutputStream output) {
		return FACTORY.createGenerator(ObjectWriteContext.empty(), output, JsonEncoding.UTF8);
	}

}

package io.oversync.client.protocol;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;

import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The protocol's JSON. A row is as large as the database lets it be.
 */
final class Json {

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNumberLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.build();

	private Json() {
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

package io.oversync.materialize;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON texts token by token. Sizes and depth have been limited where the request
 * came in, and nothing here recurses without a limit of its own.
 */
final class JsonText {

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(Integer.MAX_VALUE)
			.maxNumberLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.build())
		.build();

	private JsonText() {
	}

	/**
	 * Opens a text. Reading it throws {@link JacksonException} where it is not JSON.
	 * @param text JSON
	 * @return a parser before its first token, to be closed
	 */
	static JsonParser parser(String text) {
		return FACTORY.createParser(ObjectReadContext.empty(), text);
	}

	/**
	 * Tells whether a text is exactly one JSON value.
	 * @param text what the client sent
	 * @return whether it is
	 */
	static boolean isValid(String text) {
		try (JsonParser parser = parser(text)) {
			if (parser.nextToken() == null) {
				return false;
			}
			parser.skipChildren();
			return parser.nextToken() == null;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

}

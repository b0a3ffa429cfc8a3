/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the members of a payload's object, without going deeper.
 */
public final class PayloadMembers {

	private PayloadMembers() {
	}

	/**
	 * Reads members.
	 * @param utf8 the text of a JSON object
	 * @return the members in their order; of duplicates the last
	 * @throws IllegalArgumentException if the text is no JSON object
	 */
	public static Map<String, JsonValue> read(byte[] utf8) {
		return read(utf8, (name) -> true);
	}

	/**
	 * Reads some members: a payload may have millions of others.
	 * @param utf8 the text of a JSON object
	 * @param wanted whether a member of that name is read
	 * @return those members in their order; of duplicates the last
	 * @throws IllegalArgumentException if the text is no JSON object
	 */
	public static Map<String, JsonValue> read(byte[] utf8, Predicate<String> wanted) {
		Map<String, JsonValue> members = new LinkedHashMap<>();
		String json = new String(utf8, StandardCharsets.UTF_8);
		try (JsonParser parser = Json.parser(json)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new IllegalArgumentException("No JSON object");
			}
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				JsonToken token = parser.nextToken();
				if (wanted.test(name)) {
					members.put(name, value(parser, token, json));
				}
				else {
					parser.skipChildren();
				}
			}
			if (parser.nextToken() != null) {
				throw new IllegalArgumentException("There is more behind the JSON object");
			}
			return members;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("No JSON object", ex);
		}
	}

	/** Reads the value of the current token. */
	static JsonValue value(JsonParser parser, JsonToken token, String json) {
		return switch (token) {
			case VALUE_STRING -> new JsonValue(JsonValue.Type.STRING, parser.getString());
			case VALUE_TRUE -> new JsonValue(JsonValue.Type.TRUE, "true");
			case VALUE_FALSE -> new JsonValue(JsonValue.Type.FALSE, "false");
			case VALUE_NULL -> new JsonValue(JsonValue.Type.NULL, "null");
			case START_OBJECT -> new JsonValue(JsonValue.Type.OBJECT, verbatim(parser, json));
			case START_ARRAY -> new JsonValue(JsonValue.Type.ARRAY, verbatim(parser, json));
			default -> new JsonValue(JsonValue.Type.NUMBER, parser.getString());
		};
	}

	private static String verbatim(JsonParser parser, String json) {
		// the bracket was just read
		int start = (int) parser.currentLocation().getCharOffset() - 1;
		parser.skipChildren();
		int end = (int) parser.currentLocation().getCharOffset();
		return json.substring(start, end);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The after-image of a row as it goes over the wire: a JSON object (§2).
 *
 * @param members the members in their order; a value is null, a {@link String}, a
 * {@link Boolean} or a {@link JsonLiteral}
 */
public record RowPayload(Map<String, @Nullable Object> members) {

	/**
	 * Reads a payload.
	 * @param json the text of a JSON object
	 * @return the payload
	 * @throws JacksonException if it is none
	 */
	public static RowPayload parse(String json) {
		try (JsonParser parser = WireJson.parser(json)) {
			parser.nextToken();
			return read(parser);
		}
	}

	/**
	 * Reads a payload.
	 * @param parser at the start of an object; afterwards at its end
	 * @return the payload
	 */
	static RowPayload read(JsonParser parser) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			parser.nextToken();
			members.put(name, value(parser));
		}
		return new RowPayload(members);
	}

	private static @Nullable Object value(JsonParser parser) {
		return switch (parser.currentToken()) {
			case VALUE_NULL -> null;
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonLiteral(parser.getString(), true);
			case START_OBJECT, START_ARRAY -> new JsonLiteral(structure(parser), false);
			default -> parser.getString();
		};
	}

	private static String structure(JsonParser parser) {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = WireJson.generator(text)) {
			json.copyCurrentStructureExact(parser);
		}
		return text.toString();
	}

	/**
	 * Writes the payload.
	 * @return the text of a JSON object
	 */
	public String toJson() {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = WireJson.generator(text)) {
			json.writeStartObject();
			this.members.forEach((name, value) -> {
				json.writeName(name);
				if (value instanceof String string) {
					json.writeString(string);
				}
				else if (value != null) {
					json.writeRawValue(value.toString());
				}
				else {
					json.writeNull();
				}
			});
			json.writeEndObject();
		}
		return text.toString();
	}

}

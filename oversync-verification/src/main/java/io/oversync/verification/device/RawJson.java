/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * An object of JSON whose members keep their texts, byte for byte. Read without the
 * client's code, so that a mistake there is not made twice.
 */
public final class RawJson {

	private static final JsonMapper mapper = new JsonMapper();

	private final Map<String, String> members = new LinkedHashMap<>();

	/**
	 * Reads an object.
	 * @param json its text
	 * @throws tools.jackson.core.JacksonException if it is none
	 */
	public RawJson(String json) {
		try (JsonParser parser = mapper.createParser(json)) {
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				parser.nextToken();
				this.members.put(name, text(parser, json));
			}
		}
	}

	/** Cuts a value out; afterwards the parser is at its end. */
	private static String text(JsonParser parser, String json) {
		int start = (int) parser.currentTokenLocation().getCharOffset();
		parser.skipChildren();
		parser.finishToken();
		return json.substring(start, (int) parser.currentLocation().getCharOffset());
	}

	/**
	 * Returns the names of the members.
	 * @return the names, in their order
	 */
	public List<String> names() {
		return List.copyOf(this.members.keySet());
	}

	/**
	 * Returns the text of a member.
	 * @param name of the member
	 * @return null if it is missing, or a JSON null
	 */
	public @Nullable String raw(String name) {
		String text = this.members.get(name);
		return "null".equals(text) ? null : text;
	}

	/**
	 * Reads a text.
	 * @param name of the member
	 * @return empty if it is missing
	 */
	public String string(String name) {
		return mapper.readTree(this.members.getOrDefault(name, "\"\"")).asString();
	}

	/**
	 * Reads a number.
	 * @param name of the member
	 * @param otherwise the number if the member is missing
	 * @return the number
	 */
	public long number(String name, long otherwise) {
		String text = raw(name);
		return (text != null) ? Long.parseLong(text) : otherwise;
	}

	/**
	 * Reads a boolean.
	 * @param name of the member
	 * @return false if it is missing
	 */
	public boolean isTrue(String name) {
		return "true".equals(this.members.get(name));
	}

	/**
	 * Reads an object.
	 * @param name of the member
	 * @return null if it is missing
	 */
	public @Nullable RawJson object(String name) {
		String text = raw(name);
		return (text != null && text.startsWith("{")) ? new RawJson(text) : null;
	}

	/**
	 * Reads a list of objects.
	 * @param name of the member
	 * @return empty if it is missing
	 */
	public List<RawJson> objects(String name) {
		return elements(name).stream().map(RawJson::new).toList();
	}

	/**
	 * Reads a list.
	 * @param name of the member
	 * @return the texts of its elements; empty if it is missing
	 */
	public List<String> elements(String name) {
		List<String> elements = new ArrayList<>();
		String json = this.members.getOrDefault(name, "[]");
		try (JsonParser parser = mapper.createParser(json)) {
			parser.nextToken();
			for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY
					&& token != null; token = parser.nextToken()) {
				elements.add(text(parser, json));
			}
		}
		return elements;
	}

}

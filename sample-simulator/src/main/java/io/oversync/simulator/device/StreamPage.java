/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.device;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A page of a change stream (protocol §3), read without the client's code, so that a
 * mistake there is not made twice.
 *
 * @param entries by position
 * @param hasMore whether the window has more
 * @param nextAfter where the next page begins
 * @param windowUntil the end of the window
 */
public record StreamPage(List<StreamEntry> entries, boolean hasMore, long nextAfter, long windowUntil) {

	private static final JsonFactory factory = JsonFactory.builder().build();

	/**
	 * Reads a page.
	 * @param json the body of the answer
	 * @return the page
	 * @throws tools.jackson.core.JacksonException if it is not one
	 */
	public static StreamPage parse(String json) {
		List<StreamEntry> entries = new ArrayList<>();
		boolean hasMore = false;
		long nextAfter = -1;
		long windowUntil = -1;
		try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				JsonToken value = parser.nextToken();
				switch (name) {
					case "changes" -> {
						while (parser.nextToken() == JsonToken.START_OBJECT) {
							entries.add(entry(parser, json));
						}
					}
					case "has_more" -> hasMore = value == JsonToken.VALUE_TRUE;
					case "next_after" -> nextAfter = parser.getLongValue();
					case "window_until" -> windowUntil = parser.getLongValue();
					default -> parser.skipChildren();
				}
			}
		}
		return new StreamPage(entries, hasMore, nextAfter, windowUntil);
	}

	private static StreamEntry entry(JsonParser parser, String json) {
		long serverId = 0;
		String schema = "";
		String table = "";
		String pk = "";
		String op = "";
		long version = 0;
		boolean deleted = false;
		String sourceId = "";
		long sourceChangeId = 0;
		String payload = null;
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken value = parser.nextToken();
			switch (name) {
				case "server_id" -> serverId = parser.getLongValue();
				case "schema" -> schema = parser.getString();
				case "table" -> table = parser.getString();
				case "pk" -> pk = parser.getString();
				case "op" -> op = parser.getString();
				case "server_version" -> version = parser.getLongValue();
				case "deleted" -> deleted = value == JsonToken.VALUE_TRUE;
				case "source_id" -> sourceId = parser.getString();
				case "source_change_id" -> sourceChangeId = parser.getLongValue();
				case "payload" -> payload = text(parser, json);
				default -> parser.skipChildren();
			}
		}
		return new StreamEntry(serverId, schema, table, pk, op, version, deleted, sourceId, sourceChangeId, payload);
	}

	/**
	 * Cuts a value out of a text, as it is.
	 * @param parser at the start of the value; afterwards at its end
	 * @param json the text that is being parsed
	 * @return the value, or null for a JSON null
	 */
	public static @Nullable String text(JsonParser parser, String json) {
		if (parser.currentToken() == JsonToken.VALUE_NULL) {
			return null;
		}
		int start = (int) parser.currentTokenLocation().getCharOffset();
		parser.skipChildren();
		return json.substring(start, (int) parser.currentLocation().getCharOffset());
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.oversync.simulator.device.StreamPage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An upload that reached the server.
 *
 * @param device whose it was
 * @param started when it was sent, in {@link System#nanoTime}
 * @param ended when the answer was there, or its loss was known
 * @param changes what was sent
 * @param answers what the server said to each; null if it is not known
 */
record Upload(String device, long started, long ended, List<SentChange> changes, @Nullable List<Answer> answers) {

	private static final int OK = 200;

	private static final JsonFactory factory = JsonFactory.builder().build();

	/**
	 * Reads an upload.
	 * @param device whose it was
	 * @param delivery a whole request
	 * @return the upload; an answer that is no success says about no change what became
	 * of it
	 */
	static Upload of(String device, Delivery delivery) {
		byte[] response = delivery.response();
		List<Answer> answers = (delivery.status() == OK && response != null)
				? answers(new String(response, StandardCharsets.UTF_8)) : null;
		return new Upload(device, delivery.started(), delivery.ended(),
				changes(new String(delivery.request(), StandardCharsets.UTF_8)), answers);
	}

	/** Returns what the server said to a change, or null if that is not known. */
	@Nullable Answer answer(int index) {
		return (this.answers != null && index < this.answers.size()) ? this.answers.get(index) : null;
	}

	private static List<SentChange> changes(String json) {
		List<SentChange> changes = new ArrayList<>();
		each(json, "changes", (parser) -> changes.add(change(parser, json)));
		return changes;
	}

	private static List<Answer> answers(String json) {
		List<Answer> answers = new ArrayList<>();
		each(json, "statuses", (parser) -> answers.add(answer(parser, json)));
		return answers;
	}

	private static void each(String json, String list, Element element) {
		try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				boolean found = parser.currentName().equals(list);
				parser.nextToken();
				if (!found) {
					parser.skipChildren();
					continue;
				}
				while (parser.nextToken() == JsonToken.START_OBJECT) {
					element.read(parser);
				}
			}
		}
	}

	private static SentChange change(JsonParser parser, String json) {
		long id = 0;
		String table = "";
		String pk = "";
		String op = "";
		long expected = 0;
		String payload = null;
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			parser.nextToken();
			switch (name) {
				case "source_change_id" -> id = parser.getLongValue();
				case "table" -> table = parser.getString();
				case "pk" -> pk = parser.getString();
				case "op" -> op = parser.getString();
				case "server_version" -> expected = parser.getLongValue();
				case "payload" -> payload = StreamPage.text(parser, json);
				default -> parser.skipChildren();
			}
		}
		return new SentChange(id, table, pk, op, expected, payload);
	}

	private static Answer answer(JsonParser parser, String json) {
		String status = "";
		long version = 0;
		Answer.ServerRow row = null;
		List<String> referencedBy = null;
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			parser.nextToken();
			switch (name) {
				case "status" -> status = parser.getString();
				case "new_server_version" -> version = parser.getLongValue();
				case "server_row" -> row = row(parser, json);
				case "invalid" -> referencedBy = referencedBy(parser);
				default -> parser.skipChildren();
			}
		}
		return new Answer(status, version, row, referencedBy);
	}

	/** Reads it from {@code {"reason":…,"details":{"referenced_by":[…]}}}. */
	private static @Nullable List<String> referencedBy(JsonParser parser) {
		List<String> referencedBy = null;
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken value = parser.nextToken();
			if (name.equals("details") && value == JsonToken.START_OBJECT) {
				referencedBy = referencedBy(parser);
			}
			else if (name.equals("referenced_by") && value == JsonToken.START_ARRAY) {
				referencedBy = new ArrayList<>();
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					referencedBy.add(parser.getString());
				}
			}
			else {
				parser.skipChildren();
			}
		}
		return referencedBy;
	}

	private static Answer.ServerRow row(JsonParser parser, String json) {
		long version = 0;
		boolean deleted = false;
		String payload = null;
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken value = parser.nextToken();
			switch (name) {
				case "server_version" -> version = parser.getLongValue();
				case "deleted" -> deleted = value == JsonToken.VALUE_TRUE;
				case "payload" -> payload = StreamPage.text(parser, json);
				default -> parser.skipChildren();
			}
		}
		return new Answer.ServerRow(version, deleted, payload);
	}

	/**
	 * Reads one element of a list.
	 */
	private interface Element {

		void read(JsonParser parser);

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Reads, compares and edits JSON texts. What is compared or edited was valid when it came
 * in.
 */
public final class JsonText {

	/**
	 * A text of more values is compared character by character. What a client sends again
	 * is the same text in any case.
	 */
	private static final int MOST_VALUES = 100_000;

	private JsonText() {
	}

	/**
	 * Opens a text, token by token; reading it throws {@link JacksonException} where it
	 * is not JSON.
	 * @param text JSON
	 * @return a parser before its first token, to be closed
	 */
	public static JsonParser parser(String text) {
		return Json.parser(text);
	}

	/**
	 * Returns whether a text is exactly one JSON value.
	 * @param text any text
	 * @return whether it is
	 */
	public static boolean isValid(String text) {
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

	/**
	 * Returns how deep a JSON value is nested.
	 * @param json any text
	 * @return 0 for a value that is neither an object nor an array
	 * @throws IllegalArgumentException if the text is not one JSON value
	 */
	static int depth(String json) {
		int depth = 0;
		int deepest = 0;
		try (JsonParser parser = parser(json)) {
			JsonToken token = parser.nextToken();
			if (token == null) {
				throw new IllegalArgumentException("The text is empty, and no JSON");
			}
			while (token != null) {
				if (token.isStructStart()) {
					deepest = Math.max(deepest, ++depth);
				}
				else if (token.isStructEnd()) {
					depth--;
				}
				token = parser.nextToken();
				if (depth == 0 && token != null) {
					throw new IllegalArgumentException("There is more behind the JSON value");
				}
			}
			return deepest;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The text is not valid JSON: " + place(ex), ex);
		}
	}

	private static String place(JacksonException error) {
		TokenStreamLocation location = error.getLocation();
		return (location != null) ? "line " + location.getLineNr() + ", column " + location.getColumnNr()
				: "it breaks off";
	}

	/**
	 * Returns a digest of a text's content as JSON: white space, the order of members and
	 * the spelling of numbers are no content. Of a text of more than
	 * {@value #MOST_VALUES} values everything is.
	 * @param json a JSON text
	 * @return the SHA-256 of the content, in hexadecimal digits
	 */
	public static String contentDigest(String json) {
		MessageDigest digest = sha256();
		Object content = new Content(json).read();
		if (content != null) {
			update(digest, content);
		}
		else {
			update(digest, 't', json);
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java runtime has SHA-256", ex);
		}
	}

	private static void update(MessageDigest digest, Object content) {
		if (content instanceof Map<?, ?> members) {
			update(digest, 'o', Integer.toString(members.size()));
			new TreeMap<>(members).forEach((name, value) -> {
				update(digest, 'n', String.valueOf(name));
				update(digest, value);
			});
		}
		else if (content instanceof List<?> elements) {
			update(digest, 'a', Integer.toString(elements.size()));
			elements.forEach((element) -> update(digest, element));
		}
		else if (content instanceof String text) {
			update(digest, 's', text);
		}
		else {
			// a number, true, false or null
			update(digest, 'v', content.toString());
		}
	}

	/** The length keeps a text apart from what follows it. */
	private static void update(MessageDigest digest, char type, String text) {
		byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
		digest.update((type + Integer.toString(utf8.length) + ':').getBytes(StandardCharsets.UTF_8));
		digest.update(utf8);
	}

	/**
	 * Changes a top-level member of an object and leaves every other character as it is.
	 * @param object the text of a JSON object
	 * @param name the member; every duplicate is changed, and a missing one is appended
	 * @param value the new value, as a string or null
	 * @return the changed text
	 */
	public static String withMember(String object, String name, @Nullable String value) {
		return withMember(object, name::equals, name, value);
	}

	/**
	 * Changes top-level members of an object and leaves every other character as it is.
	 * @param object the text of a JSON object
	 * @param members matches the names of the members to change
	 * @param name the name of the member that is appended when there are none
	 * @param value the new value, as a string or null
	 * @return the changed text
	 */
	public static String withMember(String object, Predicate<String> members, String name, @Nullable String value) {
		String json = (value != null) ? quote(value) : "null";
		boolean[] found = new boolean[1];
		return withMembers(object, members, (member, old) -> {
			found[0] = true;
			return json;
		}, () -> found[0] ? Map.of() : Map.of(name, json));
	}

	/**
	 * Changes several top-level members of an object in one pass and leaves every other
	 * character as it is.
	 * @param object the text of a JSON object
	 * @param members matches the names of the members to change
	 * @param change returns the new JSON text of a member, given its name and its JSON
	 * text so far
	 * @param added returns the JSON texts of members to append, by name and in their
	 * order; called once, after all members of the object were matched
	 * @return the changed text
	 */
	public static String withMembers(String object, Predicate<String> members, BinaryOperator<String> change,
			Supplier<Map<String, String>> added) {
		StringBuilder text = new StringBuilder(object.length() + 64);
		int copied = 0;
		boolean empty = true;
		try (JsonParser parser = parser(object)) {
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				empty = false;
				String name = parser.currentName();
				boolean matches = members.test(name);
				parser.nextToken();
				int start = (int) parser.currentTokenLocation().getCharOffset();
				parser.skipChildren();
				parser.finishToken();
				if (matches) {
					int end = (int) parser.currentLocation().getCharOffset();
					text.append(object, copied, start).append(change.apply(name, object.substring(start, end)));
					copied = end;
				}
			}
			int end = (int) parser.currentTokenLocation().getCharOffset();
			text.append(object, copied, end);
			copied = end;
		}
		for (Map.Entry<String, String> member : added.get().entrySet()) {
			text.append(empty ? "" : ",").append(quote(member.getKey())).append(':').append(member.getValue());
			empty = false;
		}
		return text.append(object, copied, object.length()).toString();
	}

	/**
	 * Reads a JSON text.
	 * @param json one valid JSON value
	 * @return the value
	 */
	public static JsonValue value(String json) {
		try (JsonParser parser = parser(json)) {
			return PayloadMembers.value(parser, parser.nextToken(), json);
		}
	}

	/**
	 * Writes a value.
	 * @param value the value
	 * @return its JSON text
	 */
	public static String write(JsonValue value) {
		return (value.type() == JsonValue.Type.STRING) ? quote(value.text()) : value.text();
	}

	/**
	 * Writes a string.
	 * @param text its characters
	 * @return the JSON string, in quotes
	 */
	public static String quote(String text) {
		return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
	}

	/** A number by its value, whatever its spelling. */
	private record Decimal(String canonical) {

		static Decimal of(String text) {
			DecimalText number = DecimalText.parse(text);
			return new Decimal((number != null) ? number.canonical() : text);
		}

	}

	/** Reads a text into maps, lists, strings, numbers and tokens. */
	private static final class Content {

		private final String json;

		private int values;

		Content(String json) {
			this.json = json;
		}

		/** Returns null for too many values. */
		@Nullable Object read() {
			try (JsonParser parser = parser(this.json)) {
				parser.nextToken();
				Object value = value(parser);
				return (this.values <= MOST_VALUES) ? value : null;
			}
		}

		private Object value(JsonParser parser) {
			this.values++;
			return switch (parser.currentToken()) {
				case START_OBJECT -> {
					Map<String, Object> members = new HashMap<>();
					while (this.values <= MOST_VALUES && parser.nextToken() == JsonToken.PROPERTY_NAME) {
						String name = parser.currentName();
						parser.nextToken();
						members.put(name, value(parser));
					}
					yield members;
				}
				case START_ARRAY -> {
					List<Object> elements = new ArrayList<>();
					while (this.values <= MOST_VALUES && parser.nextToken() != JsonToken.END_ARRAY) {
						elements.add(value(parser));
					}
					yield elements;
				}
				case VALUE_STRING -> parser.getString();
				case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Decimal.of(parser.getString());
				// true, false and null
				default -> parser.currentToken();
			};
		}

	}

}

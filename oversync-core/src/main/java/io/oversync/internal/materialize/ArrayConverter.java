/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Objects;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnType.Kind;
import io.oversync.internal.catalog.ColumnType;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.JsonValue.Type;
import io.oversync.protocol.JsonValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Arrays: from a JSON array or text that holds one, each element by the rule of the
 * element type, nested arrays as further dimensions (of {@code json[]} as elements); or
 * from PostgreSQL's own text form, where elements that PostgreSQL would read by the
 * session's settings, round or cut are converted and all else passes through.
 */
final class ArrayConverter {

	private static final String EXPECTED = "a JSON array, or an array in PostgreSQL's text form";

	/** PostgreSQL's limit. */
	private static final int MAXIMUM_DIMENSIONS = 6;

	private final String json;

	private final Column element;

	private final StringBuilder output;

	private ArrayConverter(String json, Column element) {
		this.json = json;
		this.element = element;
		this.output = new StringBuilder(json.length() + 16);
	}

	/**
	 * Converts for an array type.
	 * @param value an array, or a string that holds one
	 * @param column an array column
	 * @return PostgreSQL's text form of the array
	 */
	static String convert(JsonValue value, Column column) {
		Column element = elementOf(column);
		String text = value.text().strip();
		if (value.type() == Type.STRING && ArrayText.isArray(text)) {
			return convertText(text, element);
		}
		if (value.type() == Type.ARRAY || (value.type() == Type.STRING && text.startsWith("["))) {
			String converted = new ArrayConverter(text, element).convert();
			if (converted != null) {
				return converted;
			}
		}
		throw ValueConversionException.of(value, column, EXPECTED);
	}

	static Column elementOf(Column column) {
		ColumnType type = Objects.requireNonNull(column.type().element(), "An array type must name its element type");
		// not nullable: an empty string is an empty bytea here, null has its own word
		return new Column(column.name(), type, false, false);
	}

	private static String convertText(String text, Column element) {
		boolean converted = switch (element.type().kind()) {
			case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE, DATE, TIME, TIME_WITH_TIME_ZONE, NUMERIC, FLOAT, JSON, NAME,
					SINGLE_BYTE ->
				true;
			case TEXT -> element.type().length() != null;
			default -> false;
		};
		return converted ? ArrayText.replaceElements(text,
				(value) -> ValueConverter.convert(new JsonValue(Type.STRING, value), element)) : text;
	}

	private @Nullable String convert() {
		try (JsonParser parser = JsonText.parser(this.json)) {
			boolean complete = parser.nextToken() == JsonToken.START_ARRAY && appendArray(parser, 1)
					&& parser.nextToken() == null;
			return complete ? this.output.toString() : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private boolean appendArray(JsonParser parser, int dimension) {
		if (dimension > MAXIMUM_DIMENSIONS) {
			return false;
		}
		this.output.append('{');
		boolean first = true;
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			if (!first) {
				this.output.append(',');
			}
			first = false;
			if (token == JsonToken.START_ARRAY && !holdsArrays(this.element.type().kind())) {
				if (!appendArray(parser, dimension + 1)) {
					return false;
				}
			}
			else {
				String converted = ValueConverter.convert(read(parser, token), this.element);
				if (converted != null && !isStorable(converted)) {
					return false;
				}
				ArrayText.appendElement(this.output, converted);
			}
		}
		this.output.append('}');
		return true;
	}

	private static boolean holdsArrays(Kind kind) {
		return kind == Kind.JSON || kind == Kind.ARRAY;
	}

	private JsonValue read(JsonParser parser, JsonToken token) {
		return switch (token) {
			case VALUE_STRING -> new JsonValue(Type.STRING, parser.getString());
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue(Type.NUMBER, parser.getString());
			case VALUE_TRUE -> new JsonValue(Type.TRUE, "true");
			case VALUE_FALSE -> new JsonValue(Type.FALSE, "false");
			case VALUE_NULL -> new JsonValue(Type.NULL, "null");
			case START_OBJECT -> new JsonValue(Type.OBJECT, readVerbatim(parser));
			case START_ARRAY -> new JsonValue(Type.ARRAY, readVerbatim(parser));
			default -> throw new IllegalStateException("Unexpected " + token);
		};
	}

	private String readVerbatim(JsonParser parser) {
		int start = (int) parser.currentTokenLocation().getCharOffset();
		parser.skipChildren();
		return this.json.substring(start, (int) parser.currentLocation().getCharOffset());
	}

	/**
	 * The driver would write a lone surrogate as a question mark, and refuse the whole
	 * batch for a NUL. Text that holds JSON has not been checked for them before.
	 */
	private static boolean isStorable(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (Character.isHighSurrogate(character) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
			}
			else if (character == '\0' || Character.isSurrogate(character)) {
				return false;
			}
		}
		return true;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Locale;
import java.util.regex.Pattern;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnType.Kind;
import io.oversync.internal.catalog.WireFormat.Booleans;
import io.oversync.internal.catalog.WireFormat.Forms;
import io.oversync.internal.catalog.WireFormat.Timestamps;
import io.oversync.protocol.DecimalText;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.JsonValue.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text that PostgreSQL prints into a value of a payload: the reverse of
 * {@link ValueConverter}. A form is taken only if the converter reads the same value from
 * it. The first that will do is taken of
 * <ol>
 * <li>the form of the value that is replaced,</li>
 * <li>the form that the table's devices expect,</li>
 * <li>ISO 8601, for a time, and</li>
 * <li>the text as PostgreSQL prints it.</li>
 * </ol>
 * A single value reads differently: an empty {@code bytea} is an empty string, which the
 * converter takes for null in a column that allows it. No client in the field reads
 * another form.
 */
final class ValueRenderer {

	private static final JsonValue NULL = new JsonValue(Type.NULL, "null");

	private static final String NO_BYTES = "\\x";

	private static final String PADDED_CHARACTERS = "bpchar";

	private static final Pattern JSON_NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

	private ValueRenderer() {
	}

	/**
	 * Renders one value.
	 * @param current what PostgreSQL prints, null for SQL null
	 * @param column where it is
	 * @param last the value that is replaced, null for none
	 * @param forms the forms that devices expect where that one shows none
	 * @return the value of the member
	 */
	static JsonValue render(@Nullable String current, Column column, @Nullable JsonValue last, Forms forms) {
		if (current == null) {
			return NULL;
		}
		String text = plain(current, column);
		JsonValue example = (last != null && last.type() != Type.NULL && isReadable(last, column)) ? last : null;
		if (column.type().kind() == Kind.ARRAY) {
			return ArrayRenderer.render(text, column, example, forms);
		}
		if (text.equals(NO_BYTES) && column.type().kind() == Kind.BYTEA) {
			return BinaryRenderer.bytes(text, example);
		}
		String value = read(string(text), column);
		JsonValue rendered = (example != null) ? likeExample(text, column, example, forms) : null;
		if (!holds(rendered, value, column)) {
			rendered = inForm(text, column, null, forms);
		}
		if (!holds(rendered, value, column) && TemporalRenderer.renders(column.type().kind())) {
			rendered = TemporalRenderer.render(text, column, Timestamps.ISO);
		}
		return (rendered != null && holds(rendered, value, column)) ? rendered : string(text);
	}

	/** In one of the forms in which PostgreSQL prints it, depending on how it is read. */
	private static String plain(String current, Column column) {
		if (column.type().kind() == Kind.BOOLEAN) {
			return current.startsWith("t") ? "true" : "false";
		}
		if (column.type().sqlName().equals(PADDED_CHARACTERS)) {
			int end = current.length();
			while (end > 0 && current.charAt(end - 1) == ' ') {
				end--;
			}
			return current.substring(0, end);
		}
		return current;
	}

	private static boolean isReadable(JsonValue value, Column column) {
		try {
			ValueConverter.convert(value, column);
			return true;
		}
		catch (ValueConversionException ex) {
			return false;
		}
	}

	private static @Nullable String read(JsonValue value, Column column) {
		try {
			return ValueConverter.convert(value, column);
		}
		catch (ValueConversionException ex) {
			return null;
		}
	}

	private static boolean holds(@Nullable JsonValue rendered, @Nullable String value, Column column) {
		return rendered != null && value != null && value.equals(read(rendered, column));
	}

	private static @Nullable JsonValue likeExample(String text, Column column, JsonValue example, Forms forms) {
		return TemporalRenderer.renders(column.type().kind()) ? TemporalRenderer.render(text, column, example)
				: inForm(text, column, example, forms);
	}

	private static JsonValue inForm(String text, Column column, @Nullable JsonValue example, Forms forms) {
		Kind kind = column.type().kind();
		return switch (kind) {
			case UUID -> BinaryRenderer.uuid(text, example, forms);
			case BYTEA -> BinaryRenderer.bytes(text, example);
			case BOOLEAN -> bool(text.equals("true"), example, forms);
			case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE, DATE, TIME, TIME_WITH_TIME_ZONE ->
				TemporalRenderer.render(text, column, timestamps(kind, forms));
			case INTEGER, NUMERIC, FLOAT -> number(text, example);
			case JSON -> json(text, example);
			case TEXT, NAME, SINGLE_BYTE -> text(text, example);
			case ARRAY -> throw new IllegalStateException("An array is rendered by its elements");
		};
	}

	private static Timestamps timestamps(Kind kind, Forms forms) {
		return switch (kind) {
			case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> forms.timestamps();
			case DATE -> forms.dates();
			default -> Timestamps.ISO;
		};
	}

	private static JsonValue bool(boolean value, @Nullable JsonValue example, Forms forms) {
		Type type = (example != null) ? example.type()
				: (forms.booleans() == Booleans.NUMBER) ? Type.NUMBER : Type.TRUE;
		if (type == Type.NUMBER) {
			return new JsonValue(Type.NUMBER, value ? "1" : "0");
		}
		String word = Boolean.toString(value);
		if (example == null || type != Type.STRING) {
			return new JsonValue(value ? Type.TRUE : Type.FALSE, word);
		}
		String old = example.text().strip();
		char first = old.charAt(0);
		if (first == '0' || first == '1') {
			return string(value ? "1" : "0");
		}
		if (Character.isLowerCase(first)) {
			return string(word);
		}
		return string(Character.isUpperCase(old.charAt(1)) ? word.toUpperCase(Locale.ROOT)
				: Character.toUpperCase(word.charAt(0)) + word.substring(1));
	}

	/** What no double can hold is text: a client that reads doubles would fail. */
	private static JsonValue number(String text, @Nullable JsonValue example) {
		DecimalText number = DecimalText.parse(text);
		boolean asText = number == null || Double.isInfinite(NumberConverter.toDouble(number))
				|| (example != null && example.type() == Type.STRING);
		return asText ? string(text) : new JsonValue(Type.NUMBER, text);
	}

	/**
	 * As text unless the old value was not: SQLite has no column for an object. Only in
	 * text there are strings and null, which otherwise are JSON text and SQL null.
	 */
	private static JsonValue json(String text, @Nullable JsonValue example) {
		if (example == null || example.type() == Type.STRING || mayHoldUnstorable(text)) {
			return string(text);
		}
		JsonValue value = JsonText.value(text);
		return new JsonValue(value.type(), text.strip());
	}

	/** A payload with such a character is refused when a device sends it back. */
	private static boolean mayHoldUnstorable(String json) {
		return json.contains("\\u0000") || json.contains("\\ud") || json.contains("\\uD");
	}

	private static JsonValue text(String text, @Nullable JsonValue example) {
		if (example == null || example.type() == Type.STRING) {
			return string(text);
		}
		boolean sameType = switch (example.type()) {
			case NUMBER -> JSON_NUMBER.matcher(text).matches();
			case TRUE, FALSE -> text.equals("true") || text.equals("false");
			default -> false;
		};
		return sameType ? JsonText.value(text) : string(text);
	}

	/**
	 * Makes a string.
	 * @param text its characters
	 * @return the value
	 */
	static JsonValue string(String text) {
		return new JsonValue(Type.STRING, text);
	}

}

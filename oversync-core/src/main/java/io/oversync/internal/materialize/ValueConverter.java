/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

import io.oversync.internal.catalog.Column;
import io.oversync.protocol.DecimalText;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Uuids;
import org.jspecify.annotations.Nullable;

/**
 * Turns a value of a payload into the text that PostgreSQL's type reads (protocol §2.2,
 * §6). The text means the same whatever the session's {@code TimeZone} and
 * {@code DateStyle} are, and nothing is rounded, cut or guessed without a rule of the
 * protocol: a value that no rule covers is an error. The exceptions: floats hold the
 * nearest value that they have; fractions of seconds beyond microseconds are rounded; and
 * types that clients' text is passed through for (intervals, ranges) are read by
 * PostgreSQL as the session has it.
 */
final class ValueConverter {

	private static final String EXPECTED_UUID = "a UUID: dashed, 32 hexadecimal digits, or base64 of its 16 bytes";

	private static final String EXPECTED_BYTES = "base64, or hexadecimal digits after \\x";

	private static final String EXPECTED_BOOLEAN = "true, false, 1 or 0";

	private static final String EXPECTED_JSON = "an object, an array, or text that holds one valid JSON value";

	private static final String EXPECTED_JSON_NUMBERS = "JSON without numbers whose exponents add more than "
			+ NumberConverter.MOST_ADDED_DIGITS + " digits";

	private static final String JSONB = "jsonb";

	private ValueConverter() {
	}

	/**
	 * Converts one value.
	 * @param value a member of a payload
	 * @param column its column
	 * @return the input text of the column's type, null for SQL null
	 * @throws ValueConversionException if the column's type has no such value
	 */
	static @Nullable String convert(JsonValue value, Column column) {
		if (value.type() == JsonValue.Type.NULL) {
			return null;
		}
		return switch (column.type().kind()) {
			case UUID -> toUuid(value, column);
			case BYTEA -> toBytes(value, column);
			case BOOLEAN -> toBoolean(value, column);
			case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE, DATE, TIME, TIME_WITH_TIME_ZONE ->
				TemporalConverter.convert(value, column);
			case INTEGER -> NumberConverter.toInteger(value, column);
			case NUMERIC -> NumberConverter.toNumeric(value, column);
			case FLOAT -> NumberConverter.toFloat(value, column);
			case JSON -> toJson(value, column);
			case ARRAY -> ArrayConverter.convert(value, column);
			case NAME -> TextConverter.toName(value, column);
			case SINGLE_BYTE -> TextConverter.toSingleByte(value, column);
			case TEXT -> TextConverter.toText(value, column);
		};
	}

	private static @Nullable String toUuid(JsonValue value, Column column) {
		if (value.type() == JsonValue.Type.STRING) {
			if (value.text().isEmpty()) {
				return null;
			}
			UUID uuid = Uuids.parseValue(value.text());
			if (uuid != null) {
				return uuid.toString();
			}
		}
		throw ValueConversionException.of(value, column, EXPECTED_UUID);
	}

	private static @Nullable String toBytes(JsonValue value, Column column) {
		String text = value.text();
		if (value.type() != JsonValue.Type.STRING) {
			throw ValueConversionException.of(value, column, EXPECTED_BYTES);
		}
		if (text.isEmpty()) {
			return column.nullable() ? null : "\\x";
		}
		try {
			HexFormat hex = HexFormat.of();
			byte[] bytes = text.startsWith("\\x") ? hex.parseHex(text, 2, text.length())
					: Base64.getDecoder().decode(text);
			return "\\x" + hex.formatHex(bytes);
		}
		catch (IllegalArgumentException ex) {
			throw ValueConversionException.of(value, column, EXPECTED_BYTES);
		}
	}

	private static String toBoolean(JsonValue value, Column column) {
		String read = switch (value.type()) {
			case TRUE -> "true";
			case FALSE -> "false";
			case NUMBER -> numberToBoolean(value.text());
			case STRING -> textToBoolean(value.text().strip());
			default -> null;
		};
		if (read == null) {
			throw ValueConversionException.of(value, column, EXPECTED_BOOLEAN);
		}
		return read;
	}

	private static @Nullable String numberToBoolean(String text) {
		DecimalText number = DecimalText.parse(text);
		if (number == null) {
			return null;
		}
		if (number.isZero()) {
			return "false";
		}
		boolean one = !number.negative() && number.point() == 1 && number.significantScale() <= 0
				&& number.digits().charAt(0) == '1';
		return one ? "true" : null;
	}

	private static @Nullable String textToBoolean(String text) {
		return switch (text.toLowerCase(Locale.ROOT)) {
			case "true", "1" -> "true";
			case "false", "0" -> "false";
			default -> null;
		};
	}

	private static String toJson(JsonValue value, Column column) {
		if (value.type() == JsonValue.Type.STRING && !JsonText.isValid(value.text())) {
			throw ValueConversionException.of(value, column, EXPECTED_JSON);
		}
		if (column.type().sqlName().equals(JSONB) && !JsonNumbers.canBeWrittenOut(value.text())) {
			throw ValueConversionException.of(value, column, EXPECTED_JSON_NUMBERS);
		}
		return value.text();
	}

}

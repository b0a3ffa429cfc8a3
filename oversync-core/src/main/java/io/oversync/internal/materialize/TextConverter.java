/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.nio.charset.StandardCharsets;

import io.oversync.internal.catalog.Column;
import io.oversync.protocol.JsonValue;

/**
 * Text for types of a limited length, where PostgreSQL would cut what is too long, or
 * what is too long by spaces only.
 */
final class TextConverter {

	/** One byte of the 64 ends the text. */
	private static final int NAME_BYTES = 63;

	private static final int ASCII = 128;

	private TextConverter() {
	}

	/**
	 * Converts for {@code text}, {@code varchar} and every type without a rule of its
	 * own.
	 * @param value any value
	 * @param column a column whose type may have a length
	 * @return the text as it came
	 */
	static String toText(JsonValue value, Column column) {
		Integer length = column.type().length();
		String text = value.text();
		if (length != null && text.codePointCount(0, text.length()) > length) {
			throw ValueConversionException.of(value, column, "a text of at most " + length + " characters");
		}
		return text;
	}

	/**
	 * Converts for {@code name}.
	 * @param value any value
	 * @param column a column of type name
	 * @return the text as it came
	 */
	static String toName(JsonValue value, Column column) {
		if (value.text().getBytes(StandardCharsets.UTF_8).length > NAME_BYTES) {
			throw ValueConversionException.of(value, column, "a text of at most " + NAME_BYTES + " bytes");
		}
		return value.text();
	}

	/**
	 * Converts for {@code "char"}.
	 * @param value any value
	 * @param column a column of type "char"
	 * @return the text as it came
	 */
	static String toSingleByte(JsonValue value, Column column) {
		String text = value.text();
		if (text.length() > 1 || (text.length() == 1 && text.charAt(0) >= ASCII)) {
			throw ValueConversionException.of(value, column, "a single ASCII character");
		}
		return text;
	}

}

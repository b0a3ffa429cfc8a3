/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import io.oversync.internal.catalog.Column;
import io.oversync.protocol.JsonValue;

/**
 * A value of a payload that its column cannot hold. The message names the column, its
 * type, the value (shortened) and the readable forms; it is meant for the user whose
 * payload it is. Carries no stack trace: it reports data, not a defect.
 */
final class ValueConversionException extends RuntimeException {

	private static final int SHOWN_CHARACTERS = 80;

	private static final int REPLACEMENT_CHARACTER = 0xFFFD;

	private ValueConversionException(String message) {
		super(message, null, false, false);
	}

	/**
	 * Reports a value.
	 * @param value the client's value
	 * @param column its column; for an element of an array, with the element's type
	 * @param expected the readable forms
	 * @return the exception
	 */
	static ValueConversionException of(JsonValue value, Column column, String expected) {
		String quote = (value.type() == JsonValue.Type.STRING) ? "\"" : "";
		return new ValueConversionException("Column \"" + column.name() + "\" (" + column.type().sqlName()
				+ ") cannot hold " + quote + shorten(value.text()) + quote + ": expected " + expected);
	}

	/**
	 * Shortens a text to one that PostgreSQL can store: a JSON string may hold any
	 * character.
	 */
	private static String shorten(String text) {
		StringBuilder shown = new StringBuilder();
		text.codePoints()
			.limit(SHOWN_CHARACTERS)
			.map((character) -> isShowable(character) ? character : REPLACEMENT_CHARACTER)
			.forEach(shown::appendCodePoint);
		boolean cut = text.codePointCount(0, text.length()) > SHOWN_CHARACTERS;
		return cut ? shown.append('…').toString() : shown.toString();
	}

	private static boolean isShowable(int character) {
		return !Character.isISOControl(character) && Character.getType(character) != Character.SURROGATE;
	}

}

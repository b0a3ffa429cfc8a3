package io.oversync.materialize;

import io.oversync.catalog.Column;
import io.oversync.protocol.JsonValue;

/**
 * A value of a payload that its column cannot hold. The message names the column, its
 * type, the value (shortened) and what would have been readable; it is meant for the user
 * whose payload it is. Carries no stack trace: it reports data, not a defect.
 */
final class ValueConversionException extends RuntimeException {

	private static final int SHOWN_CHARACTERS = 80;

	private ValueConversionException(String message) {
		super(message, null, false, false);
	}

	/**
	 * Reports a value.
	 * @param value what the client sent
	 * @param column where it was to go; for an element of an array, with the element's
	 * type
	 * @param expected what would have been readable
	 * @return the exception
	 */
	static ValueConversionException of(JsonValue value, Column column, String expected) {
		String quote = (value.type() == JsonValue.Type.STRING) ? "\"" : "";
		return new ValueConversionException("Column \"" + column.name() + "\" (" + column.type().sqlName()
				+ ") cannot hold " + quote + shorten(value.text()) + quote + ": expected " + expected);
	}

	private static String shorten(String text) {
		if (text.length() <= SHOWN_CHARACTERS) {
			return text;
		}
		// half a surrogate pair could not be stored
		int end = Character.isHighSurrogate(text.charAt(SHOWN_CHARACTERS - 1)) ? SHOWN_CHARACTERS - 1
				: SHOWN_CHARACTERS;
		return text.substring(0, end) + "…";
	}

}

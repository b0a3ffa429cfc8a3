/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import io.oversync.protocol.DecimalText;
import io.oversync.protocol.JsonText;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The numbers in JSON for a {@code jsonb} column, which PostgreSQL keeps as
 * {@code numeric} and writes out in full whenever the column is read.
 */
final class JsonNumbers {

	/** A shorter exponent adds less than a numeric column may have. */
	private static final int LONG_EXPONENT = 4;

	private JsonNumbers() {
	}

	/**
	 * Returns whether all numbers can be written out.
	 * @param json valid JSON
	 * @return whether none has an exponent that adds more digits than
	 * {@link NumberConverter#MOST_ADDED_DIGITS}
	 */
	static boolean canBeWrittenOut(String json) {
		if (!mayHaveLongExponent(json)) {
			return true;
		}
		try (JsonParser parser = JsonText.parser(json)) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				DecimalText number = (token == JsonToken.VALUE_NUMBER_FLOAT) ? DecimalText.parse(parser.getString())
						: null;
				if (number != null && number.expansion() > NumberConverter.MOST_ADDED_DIGITS) {
					return false;
				}
			}
			return true;
		}
	}

	/** Spares nearly all JSON the parser; it may be in a string, too. */
	private static boolean mayHaveLongExponent(String json) {
		int digits = 0;
		for (int i = json.length() - 1; i > 0; i--) {
			char character = json.charAt(i);
			if (character >= '0' && character <= '9') {
				digits++;
			}
			else if (digits < LONG_EXPONENT || (character != '+' && character != '-')) {
				if (digits >= LONG_EXPONENT && (character == 'e' || character == 'E')) {
					return true;
				}
				digits = 0;
			}
		}
		return false;
	}

}

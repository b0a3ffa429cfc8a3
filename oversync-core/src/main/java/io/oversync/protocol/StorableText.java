/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Finds what PostgreSQL cannot store in the strings of a JSON text: NUL and halves of
 * surrogate pairs, as escapes or as bytes.
 */
final class StorableText {

	private StorableText() {
	}

	/**
	 * Checks a JSON text.
	 * @param json a valid JSON text, unless it is no UTF-8
	 * @return whether all its strings can be stored
	 */
	static boolean isStorable(byte[] json) {
		boolean ascii = true;
		for (int i = 0; i < json.length; i++) {
			if (json[i] < 0) {
				ascii = false;
			}
			else if (json[i] == '\\') {
				int next = escape(json, i);
				if (next < 0) {
					return false;
				}
				i = next;
			}
		}
		return ascii || isUtf8(json);
	}

	/**
	 * Checks the characters of a text, of which UTF-8 could not hold halves of pairs.
	 * @param text any text
	 * @return whether it has no half of a surrogate pair
	 */
	static boolean isPaired(String text) {
		return text.codePoints()
			.noneMatch((point) -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
	}

	/**
	 * Returns the index of the last character of an escape, or -1 if it cannot be stored.
	 */
	private static int escape(byte[] json, int index) {
		if (json[index + 1] != 'u') {
			return index + 1;
		}
		char unit = unit(json, index);
		if (unit == 0 || Character.isLowSurrogate(unit)) {
			return -1;
		}
		if (!Character.isHighSurrogate(unit)) {
			return index + 5;
		}
		boolean paired = index + 11 < json.length && json[index + 6] == '\\' && json[index + 7] == 'u'
				&& Character.isLowSurrogate(unit(json, index + 6));
		return paired ? index + 11 : -1;
	}

	private static char unit(byte[] json, int index) {
		int unit = 0;
		for (int i = index + 2; i < index + 6; i++) {
			unit = (unit << 4) | Character.digit(json[i], 16);
		}
		return (char) unit;
	}

	private static boolean isUtf8(byte[] json) {
		try {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

}

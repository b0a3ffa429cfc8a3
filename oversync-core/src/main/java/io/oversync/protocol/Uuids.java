/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The forms in which clients write a UUID (§2, §6).
 */
public final class Uuids {

	private static final int DASHED_LENGTH = 36;

	private static final int HEX_LENGTH = 32;

	private static final int BASE64_LENGTH = 24;

	private static final int BYTES = 16;

	private Uuids() {
	}

	/**
	 * Reads a row key: dashed in any case, or 32 bare hex digits.
	 * @param text what the client sent
	 * @return the UUID, or null if the text is none
	 */
	public static @Nullable UUID parseKey(String text) {
		boolean dashed = text.length() == DASHED_LENGTH;
		if (!dashed && text.length() != HEX_LENGTH) {
			return null;
		}
		long high = 0;
		long low = 0;
		int digits = 0;
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (dashed && (i == 8 || i == 13 || i == 18 || i == 23)) {
				if (character != '-') {
					return null;
				}
				continue;
			}
			// Character.digit would accept the digits of other scripts, too
			int digit = (character < 128) ? Character.digit(character, 16) : -1;
			if (digit < 0) {
				return null;
			}
			if (digits++ < HEX_LENGTH / 2) {
				high = (high << 4) | digit;
			}
			else {
				low = (low << 4) | digit;
			}
		}
		return new UUID(high, low);
	}

	/**
	 * Reads a UUID in every form that PostgreSQL reads: in any case, with a hyphen after
	 * any group of four digits, in braces or not.
	 * @param text the text
	 * @return the UUID, or null if the text is none
	 */
	public static @Nullable UUID parseAsPostgres(String text) {
		boolean braces = text.length() > 1 && text.startsWith("{") && text.endsWith("}");
		String bare = braces ? text.substring(1, text.length() - 1) : text;
		StringBuilder digits = new StringBuilder(HEX_LENGTH);
		for (int i = 0; i < bare.length(); i++) {
			boolean hyphen = bare.charAt(i) == '-' && i > 0 && bare.charAt(i - 1) != '-' && digits.length() % 4 == 0
					&& digits.length() < HEX_LENGTH;
			if (!hyphen) {
				digits.append(bare.charAt(i));
			}
		}
		return (digits.length() == HEX_LENGTH) ? parseKey(digits.toString()) : null;
	}

	/**
	 * Reads a UUID inside a payload: as a row key, or base64 of the 16 bytes.
	 * @param text what the client sent
	 * @return the UUID, or null if the text is none
	 */
	public static @Nullable UUID parseValue(String text) {
		if (text.length() != BASE64_LENGTH) {
			return parseKey(text);
		}
		try {
			byte[] bytes = Base64.getDecoder().decode(text);
			if (bytes.length != BYTES) {
				return null;
			}
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			return new UUID(buffer.getLong(), buffer.getLong());
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}

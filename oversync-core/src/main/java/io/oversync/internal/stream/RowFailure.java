/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

/**
 * A row that could not be written to its business table.
 *
 * @param write the write that failed
 * @param error the reason, for the user: at most 1,000 characters, all of them storable
 */
public record RowFailure(BusinessWrite write, String error) {

	private static final int MAX_CHARACTERS = 1_000;

	private static final int REPLACEMENT_CHARACTER = 0xFFFD;

	public RowFailure {
		error = bound(error);
	}

	/**
	 * Shortens a message to one that PostgreSQL can store: handlers and triggers may use
	 * any character.
	 */
	private static String bound(String message) {
		StringBuilder bounded = new StringBuilder();
		message.codePoints()
			.limit(MAX_CHARACTERS)
			.map((character) -> isStorable(character) ? character : REPLACEMENT_CHARACTER)
			.forEach(bounded::appendCodePoint);
		boolean cut = message.codePointCount(0, message.length()) > MAX_CHARACTERS;
		if (cut) {
			bounded.setLength(bounded.offsetByCodePoints(bounded.length(), -1));
			bounded.append('…');
		}
		return bounded.toString();
	}

	private static boolean isStorable(int character) {
		return character != 0 && Character.getType(character) != Character.SURROGATE;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

/**
 * What a type modifier says about an {@code interval}: its fields in the upper half, its
 * precision in the lower.
 */
final class IntervalModifier {

	private static final String[] FIELDS = { "year", "month", "day", "hour", "minute", "second" };

	private static final int[] FIELD_BITS = { 2, 1, 3, 10, 11, 12 };

	private static final int ALL_FIELDS = 0x7FFF;

	private static final int FULL_PRECISION = 0xFFFF;

	private IntervalModifier() {
	}

	/**
	 * Writes the type out.
	 * @param modifier a modifier of {@code interval}, not that of an interval without one
	 * @return the type as it is written in a cast
	 */
	static String typeName(int modifier) {
		int fields = (modifier >> 16) & ALL_FIELDS;
		int precision = modifier & FULL_PRECISION;
		StringBuilder name = new StringBuilder("interval");
		if (fields != ALL_FIELDS) {
			String first = null;
			String last = null;
			for (int i = 0; i < FIELDS.length; i++) {
				if ((fields & (1 << FIELD_BITS[i])) != 0) {
					first = (first != null) ? first : FIELDS[i];
					last = FIELDS[i];
				}
			}
			name.append(' ').append(first);
			if (first != last) {
				name.append(" to ").append(last);
			}
		}
		return (precision != FULL_PRECISION) ? name.append('(').append(precision).append(')').toString()
				: name.toString();
	}

}

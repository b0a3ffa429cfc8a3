/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.UUID;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.materialize.UniqueIndex.UniqueColumn;
import org.jspecify.annotations.Nullable;

/**
 * Values that a row holds for a moment in place of a unique one: different for each row,
 * at an end of the type's range where real values are rare. {@code k.n} is a number that
 * no other row of the statement has.
 */
enum Placeholders {

	/** At the lower end; for text characters that no keyboard has. */
	LOW {

		@Override
		@Nullable String text(int length) {
			String last = "chr(57344 + (k.n % 6400)::int)";
			String first = "chr(57344 + (k.n / 6400 % 6400)::int)";
			return (length > 1) ? first + " || " + last : last;
		}

		@Override
		String from(String lowest, String highest, String step) {
			return lowest + " + " + step;
		}

	},

	/** At the upper end; for text hexadecimal digits. */
	HIGH {

		@Override
		@Nullable String text(int length) {
			return "left(md5(k.pk::text || k.n), " + length + ")";
		}

		@Override
		String from(String lowest, String highest, String step) {
			return highest + " - " + step;
		}

	};

	private static final int MODIFIER_OFFSET = 4;

	/** Of an md5 in hexadecimal digits. */
	private static final int LONGEST_TEXT = 32;

	private static final int MOST_DIGITS = 15;

	private static final int SCALE_BITS = 11;

	abstract @Nullable String text(int length);

	abstract String from(String lowest, String highest, String step);

	/**
	 * Returns an expression for a column.
	 * @param column the column
	 * @param unique what is known of it besides
	 * @return the expression, or null if the type has too few values to choose from
	 */
	@Nullable String expression(Column column, UniqueColumn unique) {
		String type = column.type().sqlName();
		String value = switch (column.type().kind()) {
			case UUID -> "md5(k.pk::text || k.n)";
			case BYTEA -> "decode(md5(k.pk::text || k.n), 'hex')";
			case INTEGER -> integer(type);
			case NUMERIC -> numeric(unique.modifier());
			case FLOAT ->
				type.equals("real") ? from("-16000000", "16000000", "(k.n % 8000000)") : from("-1e15", "1e15", "k.n");
			case DATE -> from("date '4713-01-01 BC'", "date '5874897-01-01'", "(k.n % 700000)::int");
			case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE ->
				from("timestamp '4713-01-02 BC'", "timestamp '294000-01-01'", "(k.n % 700000) * interval '1 day'");
			case TEXT -> text(type, unique.modifier());
			default -> null;
		};
		return (value != null) ? "(" + value + ")::" + type : null;
	}

	private String integer(String type) {
		return switch (type) {
			case "smallint" -> from("-32768", "32767", "k.n % 30000");
			case "integer" -> from("-2147483648", "2147483647", "k.n % 1000000000");
			default -> from("-9223372036854775807", "9223372036854775807", "k.n");
		};
	}

	private String numeric(int modifier) {
		int digits = MOST_DIGITS;
		if (modifier >= MODIFIER_OFFSET) {
			int precision = (modifier - MODIFIER_OFFSET) >> 16 & 0xFFFF;
			int scale = ((modifier - MODIFIER_OFFSET & (1 << SCALE_BITS) - 1) ^ 1024) - 1024;
			digits = Math.min(MOST_DIGITS, precision - scale);
		}
		String bound = "1" + "0".repeat(Math.max(digits, 0));
		return from("1 - " + bound, bound + " - 1", "k.n % " + bound);
	}

	private @Nullable String text(String type, int modifier) {
		if (type.endsWith("multirange")) {
			return "'{}'";
		}
		if (type.endsWith("range")) {
			// overlaps nothing
			return "'empty'";
		}
		boolean plain = type.equals("text") || type.equals("bpchar") || type.startsWith("character")
				|| type.endsWith("citext");
		int length = (modifier > MODIFIER_OFFSET) ? Math.min(modifier - MODIFIER_OFFSET, LONGEST_TEXT) : LONGEST_TEXT;
		return plain ? text(length) : null;
	}

}

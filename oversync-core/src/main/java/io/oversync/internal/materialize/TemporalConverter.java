/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.time.LocalDate;
import java.util.Locale;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnType.Kind;
import io.oversync.protocol.DecimalText;
import io.oversync.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times. UTC where no zone is said; a {@code timestamp} takes the UTC local
 * time of a zoned value, {@code date} and {@code time} take their part as written. The
 * output is ISO with year first and, where the type has one, an explicit zone: PostgreSQL
 * reads it the same in every session.
 */
final class TemporalConverter {

	/** Shorter numeric text, such as {@code 20250916}, may mean something else. */
	private static final int EPOCH_TEXT_DIGITS = 9;

	private static final int LONGEST_OUTPUT = 40;

	private static final int MICRO_DIGITS = 6;

	private TemporalConverter() {
	}

	/**
	 * Converts for {@code timestamp}, {@code timestamptz}, {@code date}, {@code time} and
	 * {@code timetz}.
	 * @param value a string as {@link MomentParser} reads it, {@code infinity} where the
	 * type has it, or a number (in text: of nine digits or more) as {@link EpochTime}
	 * reads it
	 * @param column a column of one of these types
	 * @return ISO text
	 */
	static String convert(JsonValue value, Column column) {
		Kind kind = column.type().kind();
		String text = value.text().strip();
		if (value.type() == JsonValue.Type.STRING && isInfinity(text, kind)) {
			return text.toLowerCase(Locale.ROOT);
		}
		Moment moment = switch (value.type()) {
			case NUMBER -> epoch(text);
			case STRING -> isEpoch(text) ? epoch(text) : MomentParser.parse(text);
			default -> null;
		};
		if (moment != null && !isExact(moment, column)) {
			throw ValueConversionException.of(value, column,
					"at most " + column.type().scale() + " digits of a fraction of a second");
		}
		String converted = (moment != null) ? write(moment, kind) : null;
		if (converted == null) {
			throw ValueConversionException.of(value, column, expected(kind));
		}
		return converted;
	}

	private static @Nullable Moment epoch(String text) {
		DecimalText number = DecimalText.parse(text);
		return (number != null) ? EpochTime.toMoment(number) : null;
	}

	static boolean isEpoch(String text) {
		int digits = 0;
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character >= '0' && character <= '9') {
				digits++;
			}
			else {
				boolean sign = i == 0 && (character == '-' || character == '+');
				if (!sign) {
					return character == '.' && digits >= EPOCH_TEXT_DIGITS;
				}
			}
		}
		return digits >= EPOCH_TEXT_DIGITS;
	}

	private static boolean isInfinity(String text, Kind kind) {
		return (kind == Kind.TIMESTAMP || kind == Kind.TIMESTAMP_WITH_TIME_ZONE || kind == Kind.DATE)
				&& (text.equalsIgnoreCase("infinity") || text.equalsIgnoreCase("-infinity"));
	}

	/** Whether a column of a lower precision than microseconds need not round. */
	private static boolean isExact(Moment moment, Column column) {
		Integer digits = column.type().scale();
		Long micros = moment.micros();
		if (digits == null || micros == null) {
			return true;
		}
		long unit = 1;
		for (int i = digits; i < MICRO_DIGITS; i++) {
			unit *= 10;
		}
		return micros % unit == 0;
	}

	private static @Nullable String write(Moment moment, Kind kind) {
		StringBuilder output = new StringBuilder(LONGEST_OUTPUT);
		LocalDate date = moment.date();
		Long micros = moment.micros();
		if (kind == Kind.TIME || kind == Kind.TIME_WITH_TIME_ZONE) {
			if (micros == null) {
				return null;
			}
			appendTime(output, micros);
			if (kind == Kind.TIME_WITH_TIME_ZONE) {
				appendOffset(output, (moment.offset() != null) ? moment.offset() : 0);
			}
			return output.toString();
		}
		if (date == null) {
			return null;
		}
		if (kind != Kind.DATE) {
			long offset = (moment.offset() != null) ? moment.offset() : 0;
			long utc = ((micros != null) ? micros : 0) - offset * Moment.MICROS_PER_SECOND;
			date = date.plusDays(Math.floorDiv(utc, Moment.MICROS_PER_DAY));
			appendDate(output, date);
			output.append(' ');
			appendTime(output, Math.floorMod(utc, Moment.MICROS_PER_DAY));
			output.append((kind == Kind.TIMESTAMP_WITH_TIME_ZONE) ? "+00" : "");
		}
		else {
			appendDate(output, date);
		}
		return output.append((date.getYear() <= 0) ? " BC" : "").toString();
	}

	private static void appendDate(StringBuilder output, LocalDate date) {
		int year = (date.getYear() > 0) ? date.getYear() : 1 - date.getYear();
		for (int limit = 1000; limit > 1 && year < limit; limit /= 10) {
			output.append('0');
		}
		output.append(year).append('-');
		appendTwoDigits(output, date.getMonthValue());
		output.append('-');
		appendTwoDigits(output, date.getDayOfMonth());
	}

	private static void appendTime(StringBuilder output, long micros) {
		long seconds = micros / Moment.MICROS_PER_SECOND;
		appendHours(output, seconds);
		output.append(':');
		appendTwoDigits(output, seconds % 60);
		long fraction = micros % Moment.MICROS_PER_SECOND;
		if (fraction > 0) {
			// the leading 1 keeps the zeros
			output.append(Moment.MICROS_PER_SECOND + fraction);
			output.setCharAt(output.length() - 7, '.');
		}
	}

	private static void appendOffset(StringBuilder output, int offset) {
		output.append((offset < 0) ? '-' : '+');
		int seconds = Math.abs(offset);
		appendHours(output, seconds);
		if (seconds % 60 > 0) {
			output.append(':');
			appendTwoDigits(output, seconds % 60);
		}
	}

	private static void appendHours(StringBuilder output, long seconds) {
		appendTwoDigits(output, seconds / 3600);
		output.append(':');
		appendTwoDigits(output, seconds / 60 % 60);
	}

	private static void appendTwoDigits(StringBuilder output, long number) {
		output.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
	}

	private static String expected(Kind kind) {
		if (kind == Kind.TIME || kind == Kind.TIME_WITH_TIME_ZONE) {
			return "a time of day, or a date with one, as ISO 8601 or SQL text, or epoch seconds or milliseconds";
		}
		return "a date that exists, as ISO 8601 or SQL text, or epoch seconds or milliseconds";
	}

}

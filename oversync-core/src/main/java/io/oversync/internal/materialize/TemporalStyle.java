/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oversync.internal.catalog.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The form of a date or time that {@link MomentParser} reads: its parts as they were
 * written, each null if it is missing.
 *
 * @param last the date or time
 * @param date the date
 * @param separator what parts the time from the date
 * @param time the time without its fraction
 * @param fraction the fraction of a second, with the point or comma before it
 * @param zone the zone, with the white space before it
 * @param era {@code BC} or {@code AD}
 */
record TemporalStyle(Moment last, @Nullable String date, @Nullable String separator, @Nullable String time,
		@Nullable String fraction, @Nullable String zone, @Nullable String era) {

	private static final Pattern PARTS = Pattern.compile("(?<date>[+-]?\\d{4,7}-\\d{1,2}-\\d{1,2}|\\d{8})?"
			+ "(?:(?<separator>[Tt]| +)?(?<time>\\d{1,2}:\\d{2}(?::\\d{2})?|\\d{6}|\\d{4})(?<fraction>[.,]\\d+)?"
			+ "(?<zone> *(?:[Zz]|(?i:UTC|GMT)|[+-]\\d[\\d:]*))?)?(?: +[A-Za-z]{3,})?(?: *(?<era>(?i:BC|AD)))?");

	private static final int LAST_PLAIN_YEAR = 9999;

	private static final int BASIC_DATE_DIGITS = 8;

	/**
	 * Finds the form of a text.
	 * @param text without white space around it
	 * @return the form, null if the text is no date or time
	 */
	static @Nullable TemporalStyle of(String text) {
		Moment last = MomentParser.parse(text);
		Matcher parts = PARTS.matcher(text);
		return (last != null && parts.matches())
				? new TemporalStyle(last, parts.group("date"), parts.group("separator"), parts.group("time"),
						parts.group("fraction"), parts.group("zone"), parts.group("era"))
				: null;
	}

	/** The form of a text that is known to have one. */
	static TemporalStyle example(String text) {
		TemporalStyle style = of(text);
		if (style == null) {
			throw new IllegalArgumentException(text);
		}
		return style;
	}

	/**
	 * Writes another date or time in this form.
	 * @param moment the date or time
	 * @param kind what it is
	 * @return the text, null if this form has no place for it
	 */
	@Nullable String write(Moment moment, Kind kind) {
		return switch (kind) {
			case DATE -> (moment.date() != null) ? writeDate(moment.date(), time(this.last.micros())) : null;
			case TIME, TIME_WITH_TIME_ZONE -> writeTime(moment, kind);
			default -> writeTimestamp(moment);
		};
	}

	/** The date of the column is the one that is written, whatever the zone. */
	private String writeDate(LocalDate date, @Nullable String time) {
		StringBuilder output = new StringBuilder();
		boolean era = appendDate(output, date);
		if (time != null) {
			output.append(this.separator).append(time).append(orEmpty(this.zone));
		}
		return output.append(era ? " BC" : "").toString();
	}

	private @Nullable String writeTime(Moment moment, Kind kind) {
		String written = time(moment.micros());
		if (written == null) {
			return null;
		}
		String writtenZone = (kind == Kind.TIME) ? orEmpty(this.zone) : zone(offset(moment));
		return orEmpty(this.date) + orEmpty(this.separator) + written + writtenZone
				+ ((this.era != null) ? " " + this.era : "");
	}

	/** In the zone of the last one; a date alone is read back only at midnight. */
	private @Nullable String writeTimestamp(Moment moment) {
		if (moment.date() == null || moment.micros() == null || this.date == null) {
			return null;
		}
		int shift = offset(this.last) - offset(moment);
		long shifted = moment.micros() + shift * Moment.MICROS_PER_SECOND;
		LocalDate day = moment.date().plusDays(Math.floorDiv(shifted, Moment.MICROS_PER_DAY));
		long micros = Math.floorMod(shifted, Moment.MICROS_PER_DAY);
		return writeDate(day, time(micros));
	}

	private static int offset(Moment moment) {
		return (moment.offset() != null) ? moment.offset() : 0;
	}

	/** Returns whether BC has to follow. */
	private boolean appendDate(StringBuilder output, LocalDate date) {
		int year = date.getYear();
		boolean sql = this.era != null || (this.separator != null && this.separator.startsWith(" "));
		boolean plain = year >= 0 && year <= LAST_PLAIN_YEAR;
		String separator = (plain && this.date != null && this.date.length() == BASIC_DATE_DIGITS
				&& this.date.indexOf('-') < 0) ? "" : "-";
		boolean bc = sql && year <= 0;
		if (!sql && !plain) {
			output.append((year < 0) ? '-' : '+');
		}
		appendPadded(output, bc ? 1 - year : Math.abs(year), 4);
		output.append(separator);
		appendPadded(output, date.getMonthValue(), 2);
		output.append(separator);
		appendPadded(output, date.getDayOfMonth(), 2);
		return bc;
	}

	private @Nullable String time(@Nullable Long micros) {
		if (micros == null || this.time == null) {
			return null;
		}
		boolean basic = this.time.indexOf(':') < 0;
		long seconds = micros / Moment.MICROS_PER_SECOND;
		long rest = micros % Moment.MICROS_PER_SECOND;
		String separator = basic ? "" : ":";
		StringBuilder output = new StringBuilder();
		appendPadded(output, seconds / 3600, 2);
		output.append(separator);
		appendPadded(output, seconds / 60 % 60, 2);
		boolean hadSeconds = this.time.replace(":", "").length() >= 5;
		if (hadSeconds || micros % (60 * Moment.MICROS_PER_SECOND) != 0) {
			output.append(separator);
			appendPadded(output, seconds % 60, 2);
			appendFraction(output, rest);
		}
		return output.toString();
	}

	/** As many digits as before, or three or six where the value has more. */
	private void appendFraction(StringBuilder output, long micros) {
		int digits = (this.fraction != null) ? this.fraction.length() - 1 : 0;
		StringBuilder written = new StringBuilder();
		appendPadded(written, micros, 6);
		int needed = 6;
		while (needed > 0 && written.charAt(needed - 1) == '0') {
			needed--;
		}
		if (needed > digits) {
			digits = (needed <= 3) ? 3 : 6;
		}
		if (digits > 0) {
			while (written.length() < digits) {
				written.append('0');
			}
			output.append((this.fraction != null) ? this.fraction.charAt(0) : '.').append(written, 0, digits);
		}
	}

	private String zone(int offset) {
		if (offset == offset(this.last)) {
			return orEmpty(this.zone);
		}
		String old = orEmpty(this.zone);
		String bare = old.stripLeading();
		boolean numeric = bare.startsWith("+") || bare.startsWith("-");
		String separator = (numeric && bare.length() >= 5 && bare.indexOf(':') < 0) ? "" : ":";
		int distance = Math.abs(offset);
		StringBuilder output = new StringBuilder(old.substring(0, old.length() - bare.length()));
		output.append((offset < 0) ? '-' : '+');
		appendPadded(output, distance / 3600, 2);
		boolean hoursOnly = numeric && bare.length() <= 3 && distance % 3600 == 0;
		if (!hoursOnly) {
			output.append(separator);
			appendPadded(output, distance / 60 % 60, 2);
		}
		if (distance % 60 != 0) {
			output.append(separator);
			appendPadded(output, distance % 60, 2);
		}
		return output.toString();
	}

	private static void appendPadded(StringBuilder output, long number, int digits) {
		String text = Long.toString(number);
		output.append("0".repeat(Math.max(0, digits - text.length()))).append(text);
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

}

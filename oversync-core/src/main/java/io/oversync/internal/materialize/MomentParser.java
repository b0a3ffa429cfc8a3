/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.time.LocalDate;
import java.time.YearMonth;

import org.jspecify.annotations.Nullable;

/**
 * Reads dates and times as ISO 8601, SQL and {@code java.time} write them:
 * {@code [±]yyyy-mm-dd} or {@code yyyymmdd}, then {@code T} or white space,
 * {@code hh:mm[:ss[.fraction]]} (after a date also {@code hhmm[ss]}), then {@code Z},
 * {@code UTC}, {@code GMT} or {@code ±hh[[:]mm[[:]ss]]}, then {@code BC} or {@code AD}.
 * An abbreviation after an offset ({@code +0200 CEST}) says nothing more and is skipped.
 * Year 0000 is 1 BC, as ISO 8601 has it. Fractions are rounded to microseconds, halves to
 * even; 24:00 and a second 60 are the start of the next day and minute: all as PostgreSQL
 * does.
 */
final class MomentParser {

	private static final int BASIC_DATE_DIGITS = 8;

	/** PostgreSQL's latest date is in the year 5874897. */
	private static final int MAXIMUM_YEAR_DIGITS = 7;

	/** PostgreSQL's limit of an offset: 15:59:59. */
	private static final int MAXIMUM_OFFSET_HOURS = 15;

	private static final int MICRO_DIGITS = 6;

	private final String text;

	private int position;

	private MomentParser(String text) {
		this.text = text;
	}

	/**
	 * Reads a text.
	 * @param text without white space around it
	 * @return what it says, null if that is no date or time, or one that does not exist
	 */
	static @Nullable Moment parse(String text) {
		try {
			return new MomentParser(text).moment();
		}
		catch (Unreadable ex) {
			return null;
		}
	}

	private Moment moment() {
		if (isTimeAlone()) {
			long micros = time(false);
			Integer offset = zone();
			expect(this.position == this.text.length());
			return new Moment(null, micros, offset);
		}
		boolean signed = peek() == '-' || peek() == '+';
		boolean negative = peek() == '-';
		this.position += signed ? 1 : 0;
		int yearDigits = countDigits();
		int year;
		int month;
		int day;
		if (yearDigits == BASIC_DATE_DIGITS && !signed) {
			year = number(4);
			month = number(2);
			day = number(2);
		}
		else {
			expect(yearDigits >= 4 && yearDigits <= MAXIMUM_YEAR_DIGITS);
			year = number(yearDigits);
			expect(take('-'));
			month = number(Math.min(countDigits(), 2));
			expect(take('-'));
			day = number(Math.min(countDigits(), 2));
		}
		Long micros = null;
		Integer offset = null;
		if (take('T') || take('t') || (skipSpaces() && isDigit(peek()))) {
			micros = time(true);
			offset = zone();
		}
		skipSpaces();
		if (takeWord("BC")) {
			expect(!signed && year > 0);
			year = 1 - year;
		}
		else {
			takeWord("AD");
		}
		expect(this.position == this.text.length());
		return new Moment(date(negative ? -year : year, month, day), micros, offset);
	}

	private boolean isTimeAlone() {
		int digits = countDigits();
		return digits > 0 && digits <= 2 && digits < this.text.length() && this.text.charAt(digits) == ':';
	}

	private LocalDate date(int year, int month, int day) {
		expect(month >= 1 && month <= 12 && day >= 1 && day <= YearMonth.of(year, month).lengthOfMonth());
		return LocalDate.of(year, month, day);
	}

	private long time(boolean basicAllowed) {
		int digits = countDigits();
		boolean basic = basicAllowed && (digits == 4 || digits == 6);
		int hour = number(basic ? 2 : Math.min(digits, 2));
		expect(basic || take(':'));
		int minute = number(2);
		int second = 0;
		long fraction = 0;
		if (basic ? digits == 6 : take(':')) {
			second = number(2);
			if (take('.') || take(',')) {
				fraction = fraction();
			}
		}
		expect(minute < 60 && second <= 60 && !isDigit(peek()));
		long micros = ((hour * 60L + minute) * 60L + second) * Moment.MICROS_PER_SECOND + fraction;
		expect(micros <= Moment.MICROS_PER_DAY);
		return micros;
	}

	private long fraction() {
		int digits = countDigits();
		expect(digits > 0);
		int end = this.position + digits;
		long micros = 0;
		for (int i = 0; i < MICRO_DIGITS; i++) {
			micros = micros * 10 + ((i < digits) ? number(1) : 0);
		}
		if (this.position < end) {
			int next = number(1);
			boolean more = false;
			while (this.position < end) {
				more |= number(1) > 0;
			}
			if (next > 5 || (next == 5 && (more || micros % 2 == 1))) {
				micros++;
			}
		}
		return micros;
	}

	private @Nullable Integer zone() {
		skipSpaces();
		if (take('Z') || take('z') || takeWord("UTC") || takeWord("GMT")) {
			return 0;
		}
		boolean west = peek() == '-';
		if (!west && peek() != '+') {
			return null;
		}
		this.position++;
		int digits = countDigits();
		expect(digits > 0 && digits != 3 && digits != 5 && digits <= 6);
		int hours = number(Math.min(digits, 2));
		int minutes = (digits > 2 || (digits <= 2 && take(':'))) ? number(2) : 0;
		int seconds = (digits > 4 || (digits <= 2 && take(':'))) ? number(2) : 0;
		expect(hours <= MAXIMUM_OFFSET_HOURS && minutes < 60 && seconds < 60);
		skipAbbreviation();
		int offset = (hours * 60 + minutes) * 60 + seconds;
		return west ? -offset : offset;
	}

	private void skipAbbreviation() {
		int start = this.position;
		if (skipSpaces()) {
			int word = this.position;
			while (isLetter(peek())) {
				this.position++;
			}
			if (this.position - word < 3) {
				this.position = start;
			}
		}
	}

	private int number(int digits) {
		expect(digits > 0);
		int value = 0;
		for (int i = 0; i < digits; i++) {
			expect(isDigit(peek()));
			value = value * 10 + (this.text.charAt(this.position++) - '0');
		}
		return value;
	}

	private int countDigits() {
		int end = this.position;
		while (end < this.text.length() && isDigit(this.text.charAt(end))) {
			end++;
		}
		return end - this.position;
	}

	private boolean skipSpaces() {
		int start = this.position;
		while (peek() == ' ') {
			this.position++;
		}
		return this.position > start;
	}

	private boolean take(char expected) {
		boolean found = peek() == expected;
		this.position += found ? 1 : 0;
		return found;
	}

	private boolean takeWord(String word) {
		boolean found = this.text.regionMatches(true, this.position, word, 0, word.length());
		this.position += found ? word.length() : 0;
		return found;
	}

	private char peek() {
		return (this.position < this.text.length()) ? this.text.charAt(this.position) : '\0';
	}

	private static boolean isDigit(char character) {
		return character >= '0' && character <= '9';
	}

	private static boolean isLetter(char character) {
		return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
	}

	private static void expect(boolean condition) {
		if (!condition) {
			throw Unreadable.INSTANCE;
		}
	}

	/** Leaves the descent; costs nothing and never leaves this class. */
	private static final class Unreadable extends RuntimeException {

		static final Unreadable INSTANCE = new Unreadable();

		private Unreadable() {
			super(null, null, false, false);
		}

	}

}

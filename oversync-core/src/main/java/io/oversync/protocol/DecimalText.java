/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A decimal number as its digits and the place of the point: exact, and read in time and
 * space linear in the text, whatever its exponent says ({@link java.math.BigDecimal}
 * takes quadratic time, and its plain form of {@code 1e999999999} a gigabyte). The value
 * is {@code ±0.digits × 10^point}. Nothing here ever writes a number out at the length
 * that an exponent gives it.
 *
 * @param negative whether there was a minus sign
 * @param digits the digits from the first that is not zero, trailing zeros included;
 * empty for zero
 * @param point how many digits stand before the point; negative for zeros after it; 0 for
 * zero
 * @param exponent the exponent as it was written, 0 without one
 * @param text the number as it was written, without white space around it
 */
public record DecimalText(boolean negative, String digits, long point, long exponent, String text) {

	/** Beyond it an exponent counts as this one. */
	private static final long MAXIMUM_EXPONENT = 1_000_000_000_000L;

	/**
	 * Reads a number in the grammar that JSON and PostgreSQL share, plus a leading
	 * {@code +} and a missing digit on one side of the point. White space around it is
	 * ignored.
	 * @param text what the client sent
	 * @return the number, or null if the text is none
	 */
	public static @Nullable DecimalText parse(String text) {
		String number = text.strip();
		int length = number.length();
		boolean signed = length > 0 && (number.charAt(0) == '-' || number.charAt(0) == '+');
		int start = signed ? 1 : 0;
		int integerEnd = skipDigits(number, start);
		int fractionStart = integerEnd;
		int end = integerEnd;
		if (end < length && number.charAt(end) == '.') {
			fractionStart = end + 1;
			end = skipDigits(number, fractionStart);
		}
		int count = (integerEnd - start) + (end - fractionStart);
		if (count == 0) {
			return null;
		}
		long exponent = 0;
		if (end < length) {
			if (number.charAt(end) != 'e' && number.charAt(end) != 'E') {
				return null;
			}
			int exponentStart = end + 1;
			boolean down = exponentStart < length && number.charAt(exponentStart) == '-';
			if (exponentStart < length && (down || number.charAt(exponentStart) == '+')) {
				exponentStart++;
			}
			if (exponentStart == length || skipDigits(number, exponentStart) != length) {
				return null;
			}
			exponent = saturatedLong(number, exponentStart) * (down ? -1 : 1);
		}
		String all = (fractionStart == end) ? number.substring(start, integerEnd)
				: number.substring(start, integerEnd) + number.substring(fractionStart, end);
		int zeros = 0;
		while (zeros < count && all.charAt(zeros) == '0') {
			zeros++;
		}
		long point = (zeros == count) ? 0 : (integerEnd - start) - zeros + exponent;
		return new DecimalText(number.charAt(0) == '-', all.substring(zeros), point, exponent, number);
	}

	/**
	 * Returns whether the number is zero, of whatever sign.
	 * @return whether no digit is other than 0
	 */
	public boolean isZero() {
		return this.digits.isEmpty();
	}

	/**
	 * Counts the digits after the point that matter: trailing zeros do not.
	 * @return negative when the integer ends in zeros, 0 for zero
	 */
	public long significantScale() {
		int significant = significantDigits();
		return (significant == 0) ? 0 : significant - this.point;
	}

	private int significantDigits() {
		int significant = this.digits.length();
		while (significant > 0 && this.digits.charAt(significant - 1) == '0') {
			significant--;
		}
		return significant;
	}

	/**
	 * Counts the digits after the point.
	 * @return 0 or more
	 */
	public long scale() {
		return isZero() ? 0 : Math.max(0, this.digits.length() - this.point);
	}

	/**
	 * Counts the characters that the number would have without its exponent, beyond those
	 * of its text.
	 * @return 0 or less if the text is the longer one
	 */
	public long expansion() {
		long length = isZero() ? Math.max(1, -this.exponent) : Math.max(1, this.point) + scale();
		return length - this.text.length();
	}

	/**
	 * Writes the value in the one form that all spellings of a number share, hardly
	 * longer than its text. An exponent beyond a trillion is kept as it is spelled.
	 * @return such as {@code -125e4} for {@code -1.2500E+6}
	 */
	public String canonical() {
		if (isZero()) {
			return "0e0";
		}
		if (Math.abs(this.exponent) >= MAXIMUM_EXPONENT) {
			return this.text;
		}
		return (this.negative ? "-" : "") + this.digits.substring(0, significantDigits()) + "e" + -significantScale();
	}

	/**
	 * Writes a number that has no significant digit after the point. The caller has
	 * checked {@link #point()}, which says how long that gets.
	 * @return the number in digits, without a point
	 */
	public String toIntegerText() {
		if (isZero()) {
			return "0";
		}
		int before = (int) this.point;
		String padded = (before <= this.digits.length()) ? this.digits.substring(0, before)
				: this.digits + "0".repeat(before - this.digits.length());
		return this.negative ? "-" + padded : padded;
	}

	private static int skipDigits(String text, int from) {
		int index = from;
		while (index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9') {
			index++;
		}
		return index;
	}

	private static long saturatedLong(String text, int from) {
		long value = 0;
		for (int i = from; i < text.length() && value < MAXIMUM_EXPONENT; i++) {
			value = value * 10 + (text.charAt(i) - '0');
		}
		return value;
	}

}

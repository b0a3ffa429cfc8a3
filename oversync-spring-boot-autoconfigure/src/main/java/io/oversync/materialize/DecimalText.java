package io.oversync.materialize;

import org.jspecify.annotations.Nullable;

/**
 * A decimal number as its digits and the place of the point: exact, and read in time and
 * space linear in the text, whatever its exponent says ({@link java.math.BigDecimal}
 * takes quadratic time, and its plain form of {@code 1e999999999} a gigabyte). The value
 * is {@code ±0.digits × 10^point}.
 *
 * @param negative whether there was a minus sign
 * @param digits the digits from the first that is not zero, trailing zeros included;
 * empty for zero
 * @param point how many digits stand before the point; negative for zeros after it
 * @param plain the text, stripped, if it had no exponent, else null
 */
record DecimalText(boolean negative, String digits, long point, @Nullable String plain) {

	private static final long MAXIMUM_EXPONENT = 1_000_000_000_000L;

	/**
	 * Reads a number in the grammar that JSON and PostgreSQL share, plus a leading
	 * {@code +} and a missing digit on one side of the point. White space around it is
	 * ignored.
	 * @param text what the client sent
	 * @return the number, or null if the text is none
	 */
	static @Nullable DecimalText parse(String text) {
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
		return new DecimalText(number.charAt(0) == '-', all.substring(zeros), point, (end == length) ? number : null);
	}

	boolean isZero() {
		return this.digits.isEmpty();
	}

	/**
	 * Counts the digits after the point that matter: trailing zeros do not.
	 * @return negative when the integer ends in zeros, 0 for zero
	 */
	long significantScale() {
		int significant = this.digits.length();
		while (significant > 0 && this.digits.charAt(significant - 1) == '0') {
			significant--;
		}
		return (significant == 0) ? 0 : significant - this.point;
	}

	/**
	 * Counts the digits after the point.
	 * @return 0 or more
	 */
	long scale() {
		return isZero() ? 0 : Math.max(0, this.digits.length() - this.point);
	}

	/**
	 * Writes the number without an exponent. The caller has checked {@link #point()} and
	 * {@link #scale()}, which say how long that gets.
	 * @return the number in digits
	 */
	String toPlainText() {
		if (this.plain != null) {
			return this.plain;
		}
		if (isZero()) {
			return "0";
		}
		String sign = this.negative ? "-" : "";
		int length = this.digits.length();
		if (this.point <= 0) {
			return sign + "0." + "0".repeat((int) -this.point) + this.digits;
		}
		if (this.point >= length) {
			return sign + this.digits + "0".repeat((int) this.point - length);
		}
		return sign + this.digits.substring(0, (int) this.point) + "." + this.digits.substring((int) this.point);
	}

	/**
	 * Writes a number that has no significant digit after the point.
	 * @return the number in digits, without a point
	 */
	String toIntegerText() {
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

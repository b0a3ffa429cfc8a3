/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Locale;
import java.util.Set;

import io.oversync.internal.catalog.Column;
import io.oversync.protocol.DecimalText;
import io.oversync.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for integer, numeric and float columns, exactly: a value that the type would
 * round is refused here, one that it cannot hold is refused by PostgreSQL.
 */
final class NumberConverter {

	/** As many as the longest {@code bigint} has. */
	private static final int INTEGER_DIGITS = 19;

	/** PostgreSQL's limit of numeric before the point. */
	private static final int NUMERIC_DIGITS = 131_072;

	/** PostgreSQL's limit of numeric after the point. */
	private static final int NUMERIC_SCALE = 16_383;

	/**
	 * The most digits that an exponent may add to those of the text: as many as any
	 * {@code numeric(p,s)} can hold. PostgreSQL would store eight characters as 131,072
	 * digits, and write them out for every reader.
	 */
	static final int MOST_ADDED_DIGITS = 2_000;

	private static final String REAL = "real";

	/** More than any double has before or after the point. */
	private static final int DOUBLE_DIGITS = 400;

	/** More than decide between a double and the next. */
	private static final int SIGNIFICANT_DIGITS = 800;

	private static final int LONGEST_SPECIAL = "-infinity".length();

	private static final Set<String> SPECIAL_VALUES = Set.of("nan", "infinity", "+infinity", "-infinity", "inf", "+inf",
			"-inf");

	private NumberConverter() {
	}

	/**
	 * Converts for {@code smallint}, {@code integer} and {@code bigint}: {@code 5.0} and
	 * {@code 1e3} are integers, {@code 1.5} is not.
	 * @param value a number, or a string that holds one
	 * @param column an integer column
	 * @return digits, with a minus sign if negative
	 */
	static String toInteger(JsonValue value, Column column) {
		DecimalText number = parse(value);
		if (number == null || number.significantScale() > 0 || number.point() > INTEGER_DIGITS) {
			throw ValueConversionException.of(value, column, "an integer, or text that holds one");
		}
		return number.toIntegerText();
	}

	/**
	 * Converts for {@code numeric}.
	 * @param value a number, or a string that holds one or {@code NaN} or
	 * {@code Infinity}
	 * @param column a numeric column
	 * @return the number as it is written: PostgreSQL reads exponents exactly, and stores
	 * them without the zeros
	 */
	static String toNumeric(JsonValue value, Column column) {
		DecimalText number = parse(value);
		if (number == null) {
			return special(value, column);
		}
		Integer scale = column.type().scale();
		if (scale != null && !number.isZero() && number.significantScale() > scale) {
			throw ValueConversionException.of(value, column,
					"a number with at most " + scale + " digits after the decimal point");
		}
		if (number.point() > NUMERIC_DIGITS || number.scale() > NUMERIC_SCALE) {
			throw ValueConversionException.of(value, column, "a number with at most " + NUMERIC_DIGITS
					+ " digits before and " + NUMERIC_SCALE + " after the decimal point");
		}
		if (number.isZero()) {
			// PostgreSQL would keep the decimals that a zero's exponent says
			return (number.exponent() == 0) ? number.text() : "0";
		}
		if (number.expansion() > MOST_ADDED_DIGITS) {
			throw ValueConversionException.of(value, column,
					"a number whose exponent adds at most " + MOST_ADDED_DIGITS + " digits");
		}
		return number.text();
	}

	/**
	 * Converts for {@code real} and {@code double precision}, which by nature hold the
	 * nearest value that they have. A number beyond any double is infinite: it is how
	 * JSON writes infinity. What a double can hold but a {@code real} would make infinite
	 * is refused, and what either would make zero is left to PostgreSQL to refuse.
	 * @param value a number, or a string that holds one or {@code NaN} or
	 * {@code Infinity}
	 * @param column a float column
	 * @return the text as it came, or {@code Infinity} with its sign
	 */
	static String toFloat(JsonValue value, Column column) {
		DecimalText number = parse(value);
		if (number == null) {
			return special(value, column);
		}
		double rounded = toDouble(number);
		if (Double.isInfinite(rounded)) {
			return (rounded > 0) ? "Infinity" : "-Infinity";
		}
		if (column.type().sqlName().equals(REAL) && Float.isInfinite((float) rounded)) {
			throw ValueConversionException.of(value, column, "a number of at most 3.4e38, or infinity");
		}
		return value.text().strip();
	}

	/** Reads only as many digits as can matter, so that the work is bounded. */
	static double toDouble(DecimalText number) {
		if (number.isZero() || number.point() < -DOUBLE_DIGITS) {
			return 0;
		}
		if (number.point() > DOUBLE_DIGITS) {
			return number.negative() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
		}
		String digits = number.digits().substring(0, Math.min(number.digits().length(), SIGNIFICANT_DIGITS));
		return Double.parseDouble((number.negative() ? "-0." : "0.") + digits + "E" + number.point());
	}

	private static @Nullable DecimalText parse(JsonValue value) {
		return switch (value.type()) {
			case NUMBER, STRING -> DecimalText.parse(value.text());
			default -> null;
		};
	}

	private static String special(JsonValue value, Column column) {
		if (value.type() == JsonValue.Type.STRING) {
			String text = value.text().strip();
			if (text.length() <= LONGEST_SPECIAL && SPECIAL_VALUES.contains(text.toLowerCase(Locale.ROOT))) {
				return text;
			}
		}
		throw ValueConversionException.of(value, column, "a number, or text that holds one");
	}

}

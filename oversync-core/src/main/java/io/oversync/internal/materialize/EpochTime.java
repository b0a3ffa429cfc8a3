/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;

import io.oversync.protocol.DecimalText;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers as times since 1970-01-01T00:00Z: seconds, or from 10¹¹ on (either side
 * of zero) milliseconds, with any fraction.
 */
final class EpochTime {

	private static final BigDecimal FIRST_MILLISECONDS = new BigDecimal(100_000_000_000L);

	/**
	 * The year 10000. What lies beyond is a number of micro- or nanoseconds, and would
	 * silently become a date tens of thousands of years off.
	 */
	private static final BigDecimal END_SECONDS = new BigDecimal(253_402_300_800L);

	private static final int LONGEST_DIGITS = 100;

	private static final int LARGEST_POINT = 18;

	private static final int MICRO_SCALE = 6;

	private EpochTime() {
	}

	/**
	 * Reads a number.
	 * @param number seconds or milliseconds
	 * @return the moment in UTC, rounded to microseconds (halves to even), or null if it
	 * lies beyond the year 9999
	 */
	static @Nullable Moment toMoment(DecimalText number) {
		if (number.point() > LARGEST_POINT || number.digits().length() > LONGEST_DIGITS) {
			return null;
		}
		// a tiny number would take a gigabyte to round
		BigDecimal value = (number.isZero() || number.point() < -MICRO_SCALE) ? BigDecimal.ZERO
				: new BigDecimal(new BigInteger(number.digits()), (int) (number.digits().length() - number.point()));
		BigDecimal seconds = (value.compareTo(FIRST_MILLISECONDS) < 0) ? value : value.scaleByPowerOfTen(-3);
		if (seconds.compareTo(END_SECONDS) >= 0) {
			return null;
		}
		long distance = seconds.setScale(MICRO_SCALE, RoundingMode.HALF_EVEN).unscaledValue().longValueExact();
		long micros = number.negative() ? -distance : distance;
		return new Moment(LocalDate.ofEpochDay(Math.floorDiv(micros, Moment.MICROS_PER_DAY)),
				Math.floorMod(micros, Moment.MICROS_PER_DAY), 0);
	}

}

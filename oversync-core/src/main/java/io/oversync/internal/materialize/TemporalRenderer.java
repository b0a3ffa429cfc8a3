/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.math.BigDecimal;
import java.time.LocalDate;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnType.Kind;
import io.oversync.internal.catalog.WireFormat.Timestamps;
import io.oversync.protocol.DecimalText;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.JsonValue.Type;
import org.jspecify.annotations.Nullable;

/**
 * Renders dates and times, as text or as seconds or milliseconds since 1970.
 */
final class TemporalRenderer {

	/** Of a fraction: nanoseconds. */
	private static final int MOST_KEPT_DIGITS = 9;

	private static final LocalDate EPOCH = LocalDate.ofEpochDay(0);

	private static final BigDecimal FIRST_MILLISECONDS = new BigDecimal(100_000_000_000L);

	private static final TemporalStyle ISO = TemporalStyle.example("1970-01-01T00:00:00");

	private static final TemporalStyle ISO_WITH_ZONE = TemporalStyle.example("1970-01-01T00:00:00Z");

	private static final TemporalStyle ISO_DATE = TemporalStyle.example("1970-01-01");

	private static final TemporalStyle ISO_TIME = TemporalStyle.example("00:00:00");

	private static final TemporalStyle ISO_TIME_WITH_ZONE = TemporalStyle.example("00:00:00Z");

	private static final TemporalStyle SQL = TemporalStyle.example("1970-01-01 00:00:00");

	private TemporalRenderer() {
	}

	static boolean renders(Kind kind) {
		return switch (kind) {
			case TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE, DATE, TIME, TIME_WITH_TIME_ZONE -> true;
			default -> false;
		};
	}

	/**
	 * Renders a value in the form of another.
	 * @param text what PostgreSQL prints
	 * @param column its column
	 * @param example a value that the column could hold
	 * @return a number or a string, null if the form has no place for the value
	 */
	static @Nullable JsonValue render(String text, Column column, JsonValue example) {
		Kind kind = column.type().kind();
		Moment moment = MomentParser.parse(text);
		String old = example.text().strip();
		if (moment == null) {
			return null;
		}
		if (example.type() == Type.NUMBER || TemporalConverter.isEpoch(old)) {
			return epoch(moment, kind, example.type(), DecimalText.parse(old));
		}
		TemporalStyle style = TemporalStyle.of(old);
		String rendered = (style != null) ? style.write(moment, kind) : null;
		return (rendered != null) ? ValueRenderer.string(rendered) : null;
	}

	/**
	 * Renders a value in a named form.
	 * @param text what PostgreSQL prints
	 * @param column its column
	 * @param form the form
	 * @return a number or a string
	 */
	static JsonValue render(String text, Column column, Timestamps form) {
		Kind kind = column.type().kind();
		Moment moment = MomentParser.parse(text);
		if (moment == null) {
			// infinity
			return ValueRenderer.string(text);
		}
		if (form == Timestamps.EPOCH_SECONDS || form == Timestamps.EPOCH_MILLIS) {
			return new JsonValue(Type.NUMBER, epoch(moment, EPOCH, 0L, kind, form == Timestamps.EPOCH_MILLIS, 0));
		}
		TemporalStyle style = switch (kind) {
			case DATE -> ISO_DATE;
			case TIME -> ISO_TIME;
			case TIME_WITH_TIME_ZONE -> ISO_TIME_WITH_ZONE;
			case TIMESTAMP -> (form == Timestamps.SQL) ? SQL : ISO;
			default -> (form == Timestamps.SQL) ? SQL : ISO_WITH_ZONE;
		};
		String rendered = style.write(moment, kind);
		return ValueRenderer.string((rendered != null) ? rendered : text);
	}

	private static JsonValue epoch(Moment moment, Kind kind, Type type, @Nullable DecimalText old) {
		Moment last = (old != null) ? EpochTime.toMoment(old) : null;
		if (old == null || last == null || last.date() == null || last.micros() == null) {
			throw new IllegalStateException("The old value was read before");
		}
		boolean milliseconds = new BigDecimal(old.text()).abs().compareTo(FIRST_MILLISECONDS) >= 0;
		int point = old.text().indexOf('.');
		int written = (point >= 0 && old.exponent() == 0) ? old.text().length() - point - 1 : 0;
		int digits = Math.min(written, MOST_KEPT_DIGITS);
		return new JsonValue(type, epoch(moment, last.date(), last.micros(), kind, milliseconds, digits));
	}

	/**
	 * Writes a number.
	 * @param date the date of a time of day
	 * @param micros the time of day of a date
	 */
	private static String epoch(Moment moment, LocalDate date, long micros, Kind kind, boolean milliseconds,
			int digits) {
		boolean time = kind == Kind.TIME || kind == Kind.TIME_WITH_TIME_ZONE;
		LocalDate day = (time || moment.date() == null) ? date : moment.date();
		long microsOfDay = (kind == Kind.DATE || moment.micros() == null) ? micros : moment.micros();
		BigDecimal seconds = BigDecimal.valueOf(day.toEpochDay())
			.multiply(BigDecimal.valueOf(Moment.MICROS_PER_DAY / Moment.MICROS_PER_SECOND))
			.add(BigDecimal.valueOf(microsOfDay, 6));
		BigDecimal number = (milliseconds ? seconds.scaleByPowerOfTen(3) : seconds).stripTrailingZeros();
		return number.setScale(Math.max(number.scale(), digits)).toPlainString();
	}

}

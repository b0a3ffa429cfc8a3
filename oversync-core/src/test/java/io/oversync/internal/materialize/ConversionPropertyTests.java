/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;

import io.oversync.protocol.JsonValue.Type;
import io.oversync.protocol.JsonValue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Properties of the conversion of every value.
 */
class ConversionPropertyTests {

	private static final long FIRST_MICROS = -62_135_596_800_000_000L;

	private static final long LAST_MICROS = 253_402_300_799_999_999L;

	private static final DateTimeFormatter OUTPUT = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd HH:mm:ss")
		.appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
		.toFormatter();

	private static final DateTimeFormatter SQL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSxxx");

	private static final DateTimeFormatter BASIC_ZONE = DateTimeFormatter
		.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSxx");

	@Property
	void readsAnInstantTheSameHoweverItIsWritten(@ForAll @LongRange(min = FIRST_MICROS, max = LAST_MICROS) long micros,
			@ForAll @IntRange(min = -15 * 60, max = 15 * 60) int zoneMinutes) {
		Instant instant = instant(micros);
		OffsetDateTime zoned = instant.atOffset(ZoneOffset.ofTotalSeconds(zoneMinutes * 60));
		BigDecimal seconds = BigDecimal.valueOf(micros, 6);
		if (zoned.getYear() > 0 && zoned.getYear() <= 9999) {
			assertThat(read(Values.string(zoned.toString()))).isEqualTo(instant);
			assertThat(read(Values.string(zoned.format(SQL)))).isEqualTo(instant);
			assertThat(read(Values.string(zoned.format(BASIC_ZONE)))).isEqualTo(instant);
		}
		assertThat(read(Values.string(instant.toString()))).isEqualTo(instant);
		assertThat(read(Values.string(LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString()))).isEqualTo(instant);
		if (seconds.abs().compareTo(new BigDecimal("1e11")) < 0) {
			assertThat(read(new JsonValue(Type.NUMBER, seconds.toString()))).isEqualTo(instant);
			assertThat(read(new JsonValue(Type.NUMBER, seconds.stripTrailingZeros().toString()))).isEqualTo(instant);
		}
		BigDecimal milliseconds = seconds.scaleByPowerOfTen(3);
		if (milliseconds.abs().compareTo(new BigDecimal("1e11")) >= 0) {
			assertThat(read(new JsonValue(Type.NUMBER, milliseconds.toString()))).isEqualTo(instant);
			assertThat(read(Values.string(milliseconds.toPlainString()))).isEqualTo(instant);
		}
	}

	@Property
	void roundsAnyFractionToTheNearestMicrosecond(@ForAll @LongRange(min = 0, max = 999_999_999_999L) long picos) {
		BigDecimal fraction = BigDecimal.valueOf(picos, 12);
		Instant expected = instant(fraction.setScale(6, RoundingMode.HALF_EVEN).unscaledValue().longValue());
		String text = "1970-01-01T00:00:00" + fraction.toPlainString().substring(1);
		assertThat(read(Values.string(text))).isEqualTo(expected);
		assertThat(read(new JsonValue(Type.NUMBER, fraction.toPlainString()))).isEqualTo(expected);
	}

	@Property
	void readsNoTextAsAnInstantThatDoesNotExist(@ForAll @IntRange(min = 1, max = 9999) int year,
			@ForAll @IntRange(max = 13) int month, @ForAll @IntRange(max = 32) int day) {
		String text = String.format("%04d-%02d-%02d", year, month, day);
		String expected;
		try {
			expected = LocalDate.of(year, month, day).toString();
		}
		catch (DateTimeException ex) {
			expected = null;
		}
		assertThat(convertOrNull(Values.string(text), "date")).isEqualTo(expected);
	}

	@Property
	void failsOnGarbageInNoOtherWayThanOne(@ForAll("garbage") String text, @ForAll("types") String type) {
		convertOrNull(Values.string(text), type);
	}

	@Property
	void keepsEveryLong(@ForAll long number) {
		assertThat(Values.convert(Long.toString(number), "bigint")).isEqualTo(Long.toString(number));
		assertThat(ValueConverter.convert(Values.string(number + ".00"), Values.column("bigint")))
			.isEqualTo(Long.toString(number));
		String scientific = new BigDecimal(number).stripTrailingZeros().toString();
		assertThat(Values.convert(scientific, "bigint")).isEqualTo(Long.toString(number));
	}

	@Property
	void keepsEveryDecimal(@ForAll BigInteger unscaled, @ForAll @IntRange(min = -500, max = 500) int scale) {
		BigDecimal number = new BigDecimal(unscaled, scale);
		JsonValue value = new JsonValue(Type.NUMBER, number.toString());
		assertThat(new BigDecimal(ValueConverter.convert(value, Values.column("numeric"))))
			.isEqualByComparingTo(number);
		assertThat(Double.parseDouble(ValueConverter.convert(value, Values.column("float8"))))
			.isEqualTo(number.doubleValue());
	}

	@Property
	void roundsNoDecimal(@ForAll BigInteger unscaled, @ForAll @IntRange(min = -5, max = 10) int scale,
			@ForAll @IntRange(min = -3, max = 5) int columnScale) {
		BigDecimal number = new BigDecimal(unscaled, scale);
		boolean fits = number.setScale(columnScale, RoundingMode.HALF_UP).compareTo(number) == 0;
		String converted = convertOrNull(new JsonValue(Type.NUMBER, number.toString()), "numeric(" + columnScale + ")");
		assertThat(converted != null).isEqualTo(fits);
		boolean whole = number.setScale(0, RoundingMode.HALF_UP).compareTo(number) == 0;
		String integer = convertOrNull(new JsonValue(Type.NUMBER, number.toString()), "integer");
		boolean short19 = number.abs().compareTo(BigDecimal.TEN.pow(19)) < 0;
		assertThat(integer).isEqualTo((whole && short19) ? number.toBigIntegerExact().toString() : null);
	}

	@Provide
	Arbitrary<String> garbage() {
		Arbitrary<String> groups = Arbitraries.of("2025", "-", "+", ":", ".", ",", "T", "Z", " ", "10", "00", "09", "e",
				"BC", "UTC", "{", "}", "[", "]", "\"", "\\", "=", "null", "1", "999999999999", "\0", "ü", "\ud800",
				"x");
		return groups.list().ofMaxSize(12).map((list) -> String.join("", list));
	}

	@Provide
	Arbitrary<String> types() {
		return Arbitraries
			.of(List.of("uuid", "bytea", "boolean", "timestamp", "timestamptz", "date", "time", "timetz", "integer",
					"numeric", "numeric(2)", "float8", "jsonb", "text", "integer[]", "date[]", "text[]", "jsonb[]"));
	}

	private static Instant read(JsonValue value) {
		String zoned = ValueConverter.convert(value, Values.column("timestamptz"));
		String local = ValueConverter.convert(value, Values.column("timestamp"));
		assertThat(zoned).isEqualTo(local + "+00");
		return LocalDateTime.parse(local, OUTPUT).toInstant(ZoneOffset.UTC);
	}

	private static String convertOrNull(JsonValue value, String type) {
		try {
			return ValueConverter.convert(value, Values.column(type));
		}
		catch (ValueConversionException ex) {
			return null;
		}
	}

	private static Instant instant(long micros) {
		return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.WireFormat;
import io.oversync.internal.catalog.WireFormat.ColumnForms;
import io.oversync.internal.catalog.WireFormat.Timestamps;
import io.oversync.internal.catalog.WireFormat.Uuids;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.JsonValue.Type;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for every value in every form.
 */
class RenderingPropertyTests {

	private static final long FIRST_MICROS = -62_135_500_000_000_000L;

	private static final long LAST_MICROS = 253_402_200_000_000_000L;

	@Property
	void writesAnyMomentInTheFormOfAnyOther(@ForAll @LongRange(min = FIRST_MICROS, max = LAST_MICROS) long last,
			@ForAll @LongRange(min = FIRST_MICROS, max = LAST_MICROS) long current, @ForAll("forms") String form,
			@ForAll @IntRange(min = -15 * 60, max = 15 * 60) int zoneMinutes) {
		DateTimeFormatter formatter = DateTimeFormatter.ofPattern(form);
		ZoneOffset zone = form.toLowerCase(Locale.ROOT).contains("x") ? ZoneOffset.ofTotalSeconds(zoneMinutes * 60)
				: ZoneOffset.UTC;
		OffsetDateTime then = instant(last).atOffset(zone);
		OffsetDateTime now = instant(current).atOffset(ZoneOffset.UTC);
		for (String type : new String[] { "timestamptz", "timestamp" }) {
			JsonValue rendered = render(postgres(now, type), type, Values.string(then.format(formatter)));
			assertReadsAs(rendered, postgres(now, type), type);
			// to the second there is nothing to add to the form
			OffsetDateTime second = now.withNano(0);
			assertThat(render(postgres(second, type), type, Values.string(then.format(formatter))).text())
				.isEqualTo(second.withOffsetSameInstant(zone).format(formatter));
		}
	}

	@Provide
	Arbitrary<String> forms() {
		return Arbitraries.of("uuuu-MM-dd'T'HH:mm:ss'Z'", "uuuu-MM-dd'T'HH:mm:ss.SSSXXX", "uuuu-MM-dd HH:mm:ss",
				"uuuu-MM-dd HH:mm:ss.SSSSSS", "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS", "uuuuMMdd'T'HHmmssxx",
				"uuuu-MM-dd HH:mm:ss,S xxx", "uuuu-MM-dd't'HH:mm:ss' utc'", "uuuuMMdd HHmmss'z'");
	}

	@Property
	void writesAnyMomentAsAnEpochOrElseReadably(@ForAll @LongRange(min = FIRST_MICROS, max = LAST_MICROS) long last,
			@ForAll @LongRange(min = FIRST_MICROS, max = LAST_MICROS) long current, @ForAll boolean text) {
		BigDecimal seconds = BigDecimal.valueOf(last, 6);
		OffsetDateTime now = instant(current).atOffset(ZoneOffset.UTC);
		for (BigDecimal epoch : new BigDecimal[] { seconds, seconds.scaleByPowerOfTen(3) }) {
			for (String type : new String[] { "timestamptz", "timestamp", "date", "time", "timetz" }) {
				JsonValue example = new JsonValue(text ? Type.STRING : Type.NUMBER, epoch.toPlainString());
				assertReadsAs(render(postgres(now, type), type, example), postgres(now, type), type);
			}
		}
		for (Timestamps form : Timestamps.values()) {
			for (String type : new String[] { "timestamptz", "timestamp", "date" }) {
				WireFormat wire = new WireFormat(WireFormat.DEFAULT.defaults(), Set.of(),
						Map.of("c", new ColumnForms(null, form, null)));
				assertReadsAs(ValueRenderer.render(postgres(now, type), Values.column(type), null, wire.of("c")),
						postgres(now, type), type);
			}
		}
	}

	@Property
	void writesAnyTextWhateverWasThere(@ForAll("texts") String text, @ForAll("members") String last) {
		JsonValue rendered = render(text, "text", JsonText.value(last));
		String json = JsonText.write(rendered);
		assertThat(JsonText.isValid(json)).as(json).isTrue();
		assertThat(ValueConverter.convert(JsonText.value(json), Values.column("text"))).isEqualTo(text);
	}

	@Provide
	Arbitrary<String> texts() {
		return Arbitraries
			.of("1", "0", "01", "-", ".5", "e3", "true", "null", "{}", "[", "\"", "\\", "\u0001", "\n", "ü", "😀", " ")
			.list()
			.ofMaxSize(4)
			.map((parts) -> String.join("", parts));
	}

	@Provide
	Arbitrary<String> members() {
		return Arbitraries.of("1", "true", "false", "null", "\"a\"", "{}", "[1]");
	}

	@Property
	void writesAnyDecimalExactly(@ForAll BigInteger unscaled, @ForAll @IntRange(min = 0, max = 500) int scale,
			@ForAll("members") String last) {
		String text = new BigDecimal(unscaled, scale).toPlainString();
		JsonValue rendered = render(text, "numeric", JsonText.value(last));
		assertThat(rendered.text()).isEqualTo(text);
		assertThat(JsonText.isValid(JsonText.write(rendered))).isTrue();
	}

	@Property
	void writesAnyBytesAndUuids(@ForAll byte[] bytes, @ForAll long high, @ForAll long low,
			@ForAll("binaries") String last) {
		String hex = "\\x" + HexFormat.of().formatHex(bytes);
		Column required = Values.required("bytea");
		JsonValue rendered = ValueRenderer.render(hex, required, Values.string(last), WireFormat.DEFAULT.defaults());
		assertThat(ValueConverter.convert(rendered, required)).isEqualTo(hex);
		String uuid = new UUID(high, low).toString();
		for (Uuids form : Uuids.values()) {
			assertReadsAs(BinaryRenderer.uuid(UUID.fromString(uuid), form), uuid, "uuid");
		}
		assertReadsAs(render(uuid, "uuid", Values.string(last)), uuid, "uuid");
	}

	@Provide
	Arbitrary<String> binaries() {
		return Arbitraries.of("", "AAA=", "AAA", "\\x00", "\\xAB", "AAAAAAAAAAAAAAAAAAAAAA==",
				"000000000000000000000000000000AB", "550e8400-e29b-41d4-a716-446655440000");
	}

	private static JsonValue render(String current, String type, JsonValue last) {
		return ValueRenderer.render(current, Values.column(type), last, WireFormat.DEFAULT.defaults());
	}

	private static void assertReadsAs(JsonValue rendered, String current, String type) {
		assertThat(ValueConverter.convert(rendered, Values.column(type))).as(rendered.toString())
			.isEqualTo(ValueConverter.convert(Values.string(current), Values.column(type)));
	}

	private static String postgres(OffsetDateTime moment, String type) {
		return moment.format(DateTimeFormatter.ofPattern(switch (type) {
			case "timestamptz" -> "uuuu-MM-dd HH:mm:ss.SSSSSSx";
			case "timestamp" -> "uuuu-MM-dd HH:mm:ss.SSSSSS";
			case "date" -> "uuuu-MM-dd";
			case "time" -> "HH:mm:ss.SSSSSS";
			default -> "HH:mm:ss.SSSSSSx";
		}));
	}

	private static Instant instant(long micros) {
		return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
	}

}

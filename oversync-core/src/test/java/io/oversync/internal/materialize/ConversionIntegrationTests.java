/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.oversync.protocol.JsonValue.Type;
import io.oversync.protocol.JsonValue;
import io.oversync.test.TestPostgres;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * PostgreSQL reads the converted texts correctly in a session whose settings would make
 * it misread texts that depend on them.
 */
class ConversionIntegrationTests {

	private static Connection connection;

	@BeforeAll
	static void connect() throws SQLException {
		connection = DriverManager.getConnection(TestPostgres.createDatabase());
		try (Statement statement = connection.createStatement()) {
			statement.execute("set timezone to 'Asia/Kathmandu'");
			// the driver accepts no other output style than ISO
			statement.execute("set datestyle to 'ISO, DMY'");
		}
	}

	@AfterAll
	static void disconnect() throws SQLException {
		connection.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "NULL", textBlock = """
			timestamptz | "2025-09-06T10:00:00Z" | timestamptz '2025-09-06 15:45:00+05:45'
			timestamptz | "2025-09-06 10:00:00" | timestamptz '2025-09-06 10:00:00+00'
			timestamptz | "2025-09-06" | timestamptz '2025-09-06 00:00:00+00'
			timestamptz | "20250906" | timestamptz '2025-09-06 00:00:00+00'
			timestamptz | "2025-09-06T24:00:00.0Z" | timestamptz '2025-09-06 24:00:00+00'
			timestamptz | "2025-12-31T23:59:60Z" | timestamptz '2025-12-31 23:59:60+00'
			timestamptz | "2025-12-31T23:59:59.9999995Z" | timestamptz '2025-12-31 23:59:59.9999995+00'
			timestamptz | "2025-12-31T10:00:00.0000015Z" | timestamptz '2025-12-31 10:00:00.0000015+00'
			timestamptz | 1757152800.25 | to_timestamp(1757152800.25)
			timestamptz | 1757152800250 | to_timestamp(1757152800.25)
			timestamptz | -1 | to_timestamp(-1)
			timestamptz | "infinity" | timestamptz 'infinity'
			timestamptz | "+12025-09-06T10:00:00Z" | make_timestamptz(12025, 9, 6, 10, 0, 0, 'UTC')
			timestamptz | "-0043-03-15T10:00:00Z" | make_timestamptz(-44, 3, 15, 10, 0, 0, 'UTC')
			timestamptz | "0044-03-15 10:00:00+00 BC" | make_timestamptz(-44, 3, 15, 10, 0, 0, 'UTC')
			timestamptz | "0099-03-15 10:00:00+00" | make_timestamptz(99, 3, 15, 10, 0, 0, 'UTC')
			timestamptz | "2025-09-06 10:00:00 -15:59:59" | timestamptz '2025-09-06 10:00:00-15:59:59'
			timestamp | "2025-09-06T10:00:00+02:00" | make_timestamp(2025, 9, 6, 8, 0, 0)
			timestamp | 1757152800 | make_timestamp(2025, 9, 6, 10, 0, 0)
			timestamp | "-infinity" | timestamp '-infinity'
			date | "2025-09-06T23:30:00-05:00" | make_date(2025, 9, 6)
			date | "0001-02-29 BC" | make_date(-1, 2, 29)
			date | "2025-09-06 24:00" | date '2025-09-06 24:00:00'
			date | 1757203199 | make_date(2025, 9, 6)
			date | "infinity" | date 'infinity'
			time | "24:00" | time '24:00'
			time | "2025-09-06T10:00:00.5+02" | make_time(10, 0, 0.5)
			time | "23:59:59.9999999" | time '23:59:59.9999999'
			timetz | "10:00" | timetz '10:00+00'
			timetz | "10:00-05:45:10" | timetz '10:00-05:45:10'
			uuid | "VQ6EAOKbQdSnFkRmVUQAAA==" | '550e8400-e29b-41d4-a716-446655440000'::uuid
			bytea | "SGVsbG8" | 'Hello'::bytea
			bytea | "\\xdeadBEEF" | decode('deadbeef', 'hex')
			boolean | 0 | false
			boolean | "True" | true
			bigint | 9223372036854775807 | 9223372036854775807
			smallint | 1e3 | 1000::smallint
			numeric | ".5" | 0.5
			numeric | "+5." | 5::numeric
			numeric | 12345678901234567890.123456789 | 12345678901234567890.123456789
			numeric | 1e-20 | 0.00000000000000000001
			numeric | "nan" | 'NaN'::numeric
			numeric | "-Infinity" | '-Infinity'::numeric
			float8 | 1.7976931348623157e308 | 1.7976931348623157e308::float8
			float8 | "NaN" | 'NaN'::float8
			float8 | "inf" | 'Infinity'::float8
			jsonb | {"b":1.10,"a":1e21} | jsonb_build_object('a', 1000000000000000000000, 'b', 1.10)
			jsonb | "[1]" | jsonb_build_array(1)
			jsonb | 1.10 | to_jsonb(1.10)
			integer[] | [[1,null],[3.0,4]] | array[[1,null],[3,4]]
			integer[] | [] | array[]::integer[]
			integer[] | "[0:1]={1,2}" | '[0:1]={1,2}'::integer[]
			timestamptz[] | "{2025-09-06 10:00:00,NULL}" | array[timestamptz '2025-09-06 10:00:00+00', null]
			date[] | "[5:5]={2025-09-06}" | '[5:5]={2025-09-06}'::date[]
			timestamptz[] | [1757152800, "2025-09-06"] | array[timestamptz '2025-09-06 10:00+00', '2025-09-06 00:00+00']
			jsonb[] | [[1],{"a":"\\u005c"},null] | array['[1]', '{"a":"\\u005c"}', null]::jsonb[]
			bytea[] | ["SGVsbG8=",""] | array['Hello', '']::bytea[]
			inet | "10.0.0.1" | inet '10.0.0.1'
			interval | "1 day" | interval '1 day'
			""")
	void meansTheSameInAnySession(String type, String json, String expected) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select v, v is not distinct from (" + expected
				+ ") from unnest(?::text[]) as k(c1), lateral (select k.c1::" + type + " as v) as converted")) {
			statement.setArray(1, connection.createArrayOf("text", new Object[] { Values.convert(json, type) }));
			try (ResultSet result = statement.executeQuery()) {
				assertThat(result.next()).isTrue();
				assertThat(result.getBoolean(2)).as("%s, not %s", result.getString(1), expected).isTrue();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "smallint|70000", "integer|3e9", "bigint|9223372036854775808", "real|1e-60",
			"float8|1e-400", "timestamptz|\"+999999-01-01\"", "date|\"9999999-01-01\"", "integer[]|[[1],[2,3]]",
			"integer[]|\"{1\"" })
	void leavesToPostgresToRefuseWhatItCannotHold(String example) {
		String[] parts = example.split("\\|");
		String text = Values.convert(parts[1], parts[0]);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> cast(text, parts[0]));
	}

	/**
	 * The number as written, or written out in full: PostgreSQL must see no difference.
	 */
	@Test
	void readsEveryDecimalAsItIsWritten() throws SQLException {
		Random random = new Random(7);
		for (int i = 0; i < 2_000; i++) {
			BigDecimal number = new BigDecimal(new BigInteger(random.nextInt(200), random), random.nextInt(600) - 300)
				.multiply(BigDecimal.valueOf(random.nextInt(3) - 1));
			String written = i % 2 == 0 ? number.toString() : number.unscaledValue() + "e" + -number.scale();
			JsonValue value = new JsonValue(Type.NUMBER, written);
			assertThat(cast(ValueConverter.convert(value, Values.column("numeric")), "numeric")).as(written)
				.satisfies((text) -> assertThat(new BigDecimal(text)).isEqualByComparingTo(number));
			if (number.signum() != 0) {
				assertThat(cast(ValueConverter.convert(value, Values.column("numeric")), "numeric")).as(written)
					.isEqualTo(number.toPlainString());
			}
		}
	}

	@Test
	void bringsEveryStringThroughATextArray() throws SQLException {
		Arbitrary<String> group = Arbitraries.of("\"", "\\", ",", "{", "}", " ", "NULL", "null", "", "\n", "\t", "'",
				"ü", "😀", "a", "[1]", "\u2028");
		Arbitrary<String> string = group.list().ofMaxSize(6).map((groups) -> String.join("", groups)).injectNull(0.1);
		JsonMapper mapper = new JsonMapper();
		for (List<String> strings : string.list().ofMaxSize(8).sampleStream().limit(500).toList()) {
			JsonValue value = new JsonValue(Type.ARRAY, mapper.writeValueAsString(strings));
			String text = ValueConverter.convert(value, Values.column("text[]"));
			assertThat(castToStrings(text)).isEqualTo(strings);
			// PostgreSQL's own output is read back, too
			assertThat(
					castToStrings(ValueConverter.convert(Values.string(cast(text, "text[]")), Values.column("text[]"))))
				.isEqualTo(strings);
		}
	}

	@Test
	void copiesTheStructureOfArraysInTextForm() throws SQLException {
		List<String> elements = new ArrayList<>(Arrays.asList("a\"b", "c\\d", " e ", "NULL", "{,}", "", null));
		String text = cast(ValueConverter
			.convert(new JsonValue(Type.ARRAY, new JsonMapper().writeValueAsString(elements)), Values.column("text[]")),
				"text[]");
		assertThat(castToStrings(ArrayText.replaceElements(text, (element) -> element + "!")))
			.isEqualTo(elements.stream().map((element) -> (element != null) ? element + "!" : null).toList());
	}

	private static String cast(String text, String type) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select (?::" + type + ")::text")) {
			statement.setString(1, text);
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return result.getString(1);
			}
		}
	}

	private static List<String> castToStrings(String text) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select ?::text[]")) {
			statement.setString(1, text);
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return Arrays.asList((String[]) result.getArray(1).getArray());
			}
		}
	}

}

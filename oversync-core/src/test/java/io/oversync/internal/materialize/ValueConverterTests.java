/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Examples of every rule except dates and times.
 */
class ValueConverterTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "NULL",
			textBlock = """
					uuid | "550E8400-e29b-41d4-a716-446655440000" | 550e8400-e29b-41d4-a716-446655440000
					uuid | "550e8400e29b41d4a716446655440000" | 550e8400-e29b-41d4-a716-446655440000
					uuid | "VQ6EAOKbQdSnFkRmVUQAAA==" | 550e8400-e29b-41d4-a716-446655440000
					uuid | "" | NULL
					bytea | "SGVsbG8=" | \\x48656c6c6f
					bytea | "SGVsbG8" | \\x48656c6c6f
					bytea | "+/8=" | \\xfbff
					bytea | "\\xDEADbeef" | \\xdeadbeef
					bytea | "\\x" | \\x
					bytea | "" | NULL
					boolean | true | true
					boolean | false | false
					boolean | 1 | true
					boolean | 0 | false
					boolean | 1.0 | true
					boolean | 0.0 | false
					boolean | -0 | false
					boolean | 0.1e1 | true
					boolean | "1" | true
					boolean | "0" | false
					boolean | "TRUE" | true
					boolean | " False " | false
					integer | 5 | 5
					integer | -5.0 | -5
					integer | 1e3 | 1000
					integer | 1500e-2 | 15
					integer | "5.00" | 5
					integer | " +7 " | 7
					integer | "007" | 7
					integer | -0 | 0
					integer | 0e999999999999 | 0
					bigint | 9223372036854775807 | 9223372036854775807
					bigint | "-9223372036854775808" | -9223372036854775808
					smallint | 70000 | 70000
					numeric | 1.10 | 1.10
					numeric | 12345678901234567890.123456789 | 12345678901234567890.123456789
					numeric | 1e21 | 1e21
					numeric | -1.25E-3 | -1.25E-3
					numeric | 1.25e1 | 1.25e1
					numeric | 0e-999999999 | 0
					numeric | " 3.5 " | 3.5
					numeric | ".5" | .5
					numeric | "NaN" | NaN
					numeric | "-Infinity" | -Infinity
					numeric(2) | 1.10 | 1.10
					numeric(2) | 1.1000 | 1.1000
					numeric(2) | 110e-2 | 110e-2
					numeric(0) | 1e2 | 1e2
					numeric(-2) | 1200 | 1200
					float8 | 1e21 | 1e21
					float8 | "-Infinity" | -Infinity
					float8 | "1.5" | 1.5
					float8 | 1e400 | Infinity
					float8 | "-1e400" | -Infinity
					float8 | 1.7976931348623157e308 | 1.7976931348623157e308
					float8 | 1.7976931348623159e308 | Infinity
					float8 | 1e-400 | 1e-400
					float8 | -0.0 | -0.0
					real | 1e400 | Infinity
					real | 3.4028234e38 | 3.4028234e38
					name | "abc" | abc
					"char" | "x" | x
					jsonb | {"b":1,"a":1.10} | {"b":1,"a":1.10}
					jsonb | [1, 2] | [1, 2]
					jsonb | "{"a": [1e400]}" | {"a": [1e400]}
					jsonb | "null" | null
					jsonb | 1.10 | 1.10
					jsonb | true | true
					text | "as is " | as is~
					text | 1.10 | 1.10
					text | true | true
					text | {"a": 1} | {"a": 1}
					text | "" | ~~
					integer[] | [1, 2.0, null, "3"] | {"1","2",NULL,"3"}
					integer[] | [[1,2],[3,4]] | {{"1","2"},{"3","4"}}
					integer[] | [] | {}
					integer[] | "{1,2}" | {1,2}
					integer[] | "[0:1]={1,2}" | [0:1]={1,2}
					integer[] | "[1,2]" | {"1","2"}
					text[] | ["a\\"b\\\\c","NULL",1.10,true,{"k": [1]}] | {"a\\"b\\\\c","NULL","1.10","true","{\\"k\\": [1]}"}
					jsonb[] | [[1, 2],{"a":1},"3",null] | {"[1, 2]","{\\"a\\":1}","3",NULL}
					uuid[] | ["VQ6EAOKbQdSnFkRmVUQAAA==",""] | {"550e8400-e29b-41d4-a716-446655440000",NULL}
					bytea[] | ["",null] | {"\\\\x",NULL}
					timestamptz[] | "{2025-09-16 10:00:00,NULL,"2025-09-16 10:00:00+02"}" | {"2025-09-16 10:00:00+00",NULL,"2025-09-16 08:00:00+00"}
					date[] | "[0:1]={ 2025-09-16 , null}" | [0:1]={"2025-09-16",NULL}
					""")
	void converts(String type, String json, String expected) {
		String text = (expected != null) ? expected.replace("~", " ").replaceFirst("^ $", "") : null;
		assertThat(Values.convert(json, type)).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			uuid | "550e8400"
			uuid | 1
			bytea | "SGVsbG8*"
			bytea | "SGVsb"
			bytea | "\\xABC"
			bytea | "\\x0g"
			bytea | 1
			bytea | [1]
			boolean | 2
			boolean | -1
			boolean | 10
			boolean | 0.1
			boolean | ""
			boolean | "yes"
			boolean | {}
			integer | 1.5
			integer | "1.5"
			integer | 1e999999999
			integer | 1e-999999999
			integer | 1e99999999999999999999
			integer | ""
			integer | "abc"
			integer | "0x10"
			integer | "1_000"
			integer | "٣"
			integer | "1e"
			integer | "NaN"
			integer | true
			integer | [1]
			numeric | 1e999999999
			numeric | 1e-999999999
			numeric | ""
			numeric | "."
			numeric | "1,5"
			numeric | "--1"
			numeric | true
			numeric(2) | 1.101
			numeric(2) | 1e-3
			numeric(0) | 0.5
			numeric(-2) | 1210
			float8 | "abc"
			real | 1e39
			real | "-3.5e38"
			real[] | "{1e39}"
			name | "0123456789012345678901234567890123456789012345678901234567890123"
			"char" | "xy"
			"char" | "ä"
			float8 | false
			jsonb | "hello"
			jsonb | ""
			jsonb | "{"a":1"
			jsonb | "1 2"
			jsonb | "{} x"
			jsonb | "NaN"
			integer[] | 1
			integer[] | ""
			integer[] | "1,2"
			integer[] | {"a":1}
			integer[] | [1.5]
			integer[] | "[1,2"
			integer[] | "[1] 2"
			integer[] | [[[[[[[1]]]]]]]
			date[] | "{2025-02-31}"
			numeric(1)[] | "{1.25}"
			""")
	void refuses(String type, String json) {
		assertThatExceptionOfType(ValueConversionException.class).isThrownBy(() -> Values.convert(json, type));
	}

	@ParameterizedTest
	@ValueSource(strings = { "uuid", "bytea", "boolean", "timestamp", "date", "time", "integer", "numeric", "float8",
			"jsonb", "integer[]", "text" })
	void takesNullForNull(String type) {
		assertThat(Values.convert("null", type)).isNull();
	}

	@Test
	void takesAnEmptyStringForNoBytesWhereNullIsNotAllowed() {
		assertThat(ValueConverter.convert(Values.string(""), Values.required("bytea"))).isEqualTo("\\x");
	}

	@Test
	void saysWhichColumnCannotHoldWhatAndWhy() {
		assertThatExceptionOfType(ValueConversionException.class)
			.isThrownBy(() -> Values.convert("\"2025-02-31\"", "date"))
			.withMessage("Column \"c\" (date) cannot hold \"2025-02-31\": expected a date that exists, as ISO 8601 or"
					+ " SQL text, or epoch seconds or milliseconds");
	}

	@Test
	void shortensLongValuesWithoutCuttingACharacterInTwo() {
		String value = "x".repeat(79) + "😀".repeat(50);
		assertThatExceptionOfType(ValueConversionException.class)
			.isThrownBy(() -> ValueConverter.convert(Values.string(value), Values.column("uuid")))
			.withMessageContaining("cannot hold \"" + "x".repeat(79) + "😀…\"");
	}

	@Test
	void reportsValuesThatPostgresCannotStoreInAMessageThatItCan() {
		assertThatExceptionOfType(ValueConversionException.class)
			.isThrownBy(() -> ValueConverter.convert(Values.string("[\"\\u0000\\ud800\"]"), Values.column("integer[]")))
			.withMessageContaining("cannot hold \"\uFFFD\uFFFD\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[\"\\u0000\"]", "[\"\\ud800\"]", "[\"\\udc00\\ud800\"]" })
	void refusesStringsInTextThatPostgresCannotStore(String json) {
		assertThatExceptionOfType(ValueConversionException.class)
			.isThrownBy(() -> ValueConverter.convert(Values.string(json), Values.column("text[]")));
	}

	@Test
	void refusesNumbersOfMillionsOfDigitsQuickly() {
		String digits = "1".repeat(8_000_000);
		for (String type : new String[] { "integer", "numeric", "timestamp", "boolean" }) {
			assertThatExceptionOfType(ValueConversionException.class).isThrownBy(() -> Values.convert(digits, type));
		}
		assertThat(Values.convert(digits, "float8")).isEqualTo("Infinity");
		assertThat(Values.convert("0." + digits, "float8")).startsWith("0.1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			numeric | 1e2010
			numeric | 1e131071
			numeric | 1e-16383
			numeric | "1E+131071"
			numeric(0) | 1e131071
			numeric[] | [1,1e131071]
			numeric[] | "{1,1e131071}"
			bigint | 1e19
			jsonb | {"a":[1,1e131071]}
			jsonb | {"a":-1.5E-16383}
			jsonb | {"a":0e-16383}
			jsonb | "[1E+0131071]"
			jsonb[] | [{"a":1e131071}]
			jsonb[] | "{1e131071}"
			""")
	void refusesExponentsThatWouldBecomeThousandsOfDigits(String type, String json) {
		assertThatExceptionOfType(ValueConversionException.class).isThrownBy(() -> Values.convert(json, type));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			numeric | 1e1999
			numeric | 1e-1999
			numeric | 0e-999999
			bigint | 1e18
			json | {"a":1e131071}
			jsonb | {"a":1e1999,"b":0e999999}
			jsonb | {"id":"1e131071","e12345":"5e99999"}
			""")
	void takesExponentsThatColumnsCanHold(String type, String json) {
		assertThat(Values.convert(json, type)).isNotNull();
	}

	@Test
	void writesNoMoreThanSomeTimesWhatWasSent() {
		String exponents = "[" + "1e18,-2E-1999,1e1999,".repeat(10_000) + "0]";
		assertThat(Values.convert(exponents, "numeric[]")).hasSizeLessThan(2 * exponents.length());
		String integers = "[" + "1e18,".repeat(10_000) + "0]";
		assertThat(Values.convert(integers, "bigint[]")).hasSizeLessThan(5 * integers.length());
	}

	@Test
	void readsJsonTextHoweverDeepItIs() {
		String json = "[".repeat(5000) + "]".repeat(5000);
		assertThat(ValueConverter.convert(Values.string(json), Values.column("json"))).isEqualTo(json);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.WireFormat;
import io.oversync.internal.catalog.WireFormat.Booleans;
import io.oversync.internal.catalog.WireFormat.ColumnForms;
import io.oversync.internal.catalog.WireFormat.Forms;
import io.oversync.internal.catalog.WireFormat.Timestamps;
import io.oversync.internal.catalog.WireFormat.Uuids;
import io.oversync.protocol.JsonText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The forms of values, by the type of the column and the value that is replaced.
 */
class ValueRendererTests {

	private static final Forms DEFAULT = WireFormat.DEFAULT.defaults();

	/** The type, the value that is replaced, what PostgreSQL prints, the new value. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
							boolean | 0       | true  | 1
							boolean | 1       | f     | 0
							boolean | 1.0     | t     | 1
							boolean | true    | f     | false
							boolean | false   | t     | true
							boolean | "0"     | t     | "1"
							boolean | "1"     | f     | "0"
							boolean | "true"  | f     | "false"
							boolean | "False" | t     | "True"
							boolean | "TRUE"  | f     | "FALSE"
							boolean | "yes"   | t     | 1

							uuid | "00000000-0000-0000-0000-0000000000aa" | 550e8400-e29b-41d4-a716-446655440000 | "550e8400-e29b-41d4-a716-446655440000"
							uuid | "00000000-0000-0000-0000-0000000000AA" | 550e8400-e29b-41d4-a716-446655440000 | "550E8400-E29B-41D4-A716-446655440000"
							uuid | "000000000000000000000000000000aa"     | 550e8400-e29b-41d4-a716-446655440000 | "550e8400e29b41d4a716446655440000"
							uuid | "000000000000000000000000000000AA"     | 550e8400-e29b-41d4-a716-446655440000 | "550E8400E29B41D4A716446655440000"
							uuid | "AAAAAAAAAAAAAAAAAAAAAA=="             | 550e8400-e29b-41d4-a716-446655440000 | "VQ6EAOKbQdSnFkRmVUQAAA=="
							uuid | ""                                     | 550e8400-e29b-41d4-a716-446655440000 | "VQ6EAOKbQdSnFkRmVUQAAA=="

							bytea | "AAA="   | \\xdeadbeef | "3q2+7w=="
							bytea | "AAAA"   | \\xdeadbeef | "3q2+7w=="
							bytea | "AAA"    | \\xdeadbeef | "3q2+7w"
							bytea | "\\\\x00"   | \\xdeadbeef | "\\\\xdeadbeef"
							bytea | "\\\\xDE00" | \\xdeadbeef | "\\\\xDEADBEEF"
							bytea | ""       | \\xdeadbeef | "3q2+7w=="
							bytea | "AAA="   | \\x         | ""
							bytea | "\\\\x00"   | \\x         | "\\\\x"

							timestamptz | 1757152800     | 2025-09-07 10:00:00+00 | 1757239200
							timestamptz | 1757152800.0   | 2025-09-07 10:00:00+00 | 1757239200.0
							timestamptz | 1757152800     | 2025-09-07 10:00:00.25+00 | 1757239200.25
							timestamptz | 1757152800.125 | 2025-09-07 10:00:00.25+00 | 1757239200.250
							timestamptz | 1757152800e0   | 2025-09-07 10:00:00+00 | 1757239200
							timestamptz | "1757152800"   | 2025-09-07 10:00:00+00 | "1757239200"
							timestamptz | 1757152800123  | 2025-09-07 10:00:00.5+00 | 1757239200500
							timestamptz | 1757152800123  | 2025-09-07 10:00:00.000001+00 | 1757239200000.001
							timestamptz | "1757152800123" | 2025-09-07 10:00:00.5+00 | "1757239200500"
							timestamptz | -200000000000  | 1950-01-01 00:00:00+00 | -631152000000
							timestamptz | 0              | 1950-01-01 00:00:00+00 | -631152000
							timestamptz | 1757152800123  | 1971-01-01 00:00:00+00 | "1971-01-01T00:00:00Z"
							timestamptz | 1757152800     | 6000-01-01 00:00:00+00 | "6000-01-01T00:00:00Z"
							timestamptz | "1757152800"   | 1970-01-01 00:00:01+00 | "1970-01-01T00:00:01Z"
							timestamptz | 1757152800     | infinity               | "infinity"
							timestamptz | "infinity"     | 2025-09-07 10:00:00+00 | "2025-09-07T10:00:00Z"
							timestamptz | "2025-09-06T10:00:00Z"             | 2025-09-07 11:00:00+00 | "2025-09-07T11:00:00Z"
							timestamptz | "2025-09-06t10:00:00z"             | 2025-09-07 11:00:00+00 | "2025-09-07t11:00:00z"
							timestamptz | "2025-09-06T10:00:00+00:00"        | 2025-09-07 11:00:00+00 | "2025-09-07T11:00:00+00:00"
							timestamptz | "2025-09-06T10:00:00.000Z"         | 2025-09-07 11:00:00+00 | "2025-09-07T11:00:00.000Z"
							timestamptz | "2025-09-06T10:00:00.123456789Z"   | 2025-09-07 11:00:00.5+00 | "2025-09-07T11:00:00.500000000Z"
							timestamptz | "2025-09-06T10:00:00.000Z"         | 2025-09-07 11:00:00.000001+00 | "2025-09-07T11:00:00.000001Z"
							timestamptz | "2025-09-06T10:00:00,0Z"           | 2025-09-07 11:00:00.25+00 | "2025-09-07T11:00:00,250Z"
							timestamptz | "2025-09-06T10:00:00"              | 2025-09-07 11:00:00+00 | "2025-09-07T11:00:00"
							timestamptz | "2025-09-06 10:00:00"              | 2025-09-07 11:00:00.5+00 | "2025-09-07 11:00:00.500"
							timestamptz | "2025-09-06 10:00"                 | 2025-09-07 11:00:00+00 | "2025-09-07 11:00"
							timestamptz | "2025-09-06 10:00"                 | 2025-09-07 11:00:30+00 | "2025-09-07 11:00:30"
							timestamptz | "2025-09-06 10:00:00 UTC"          | 2025-09-07 11:00:00+00 | "2025-09-07 11:00:00 UTC"
							timestamptz | "2025-09-06 10:00:00.0+02"         | 2025-09-07 23:30:00+00 | "2025-09-08 01:30:00.0+02"
							timestamptz | "2025-09-06T10:00:00 -05:45:10 X"  | 2025-09-07 01:00:00+00 | "2025-09-07T01:00:00Z"
							timestamptz | "2025-09-06T10:00:00 -0545 XXT"    | 2025-09-07 01:00:00+00 | "2025-09-06T19:15:00 -0545"
							timestamptz | "20250906T100000Z"                 | 2025-09-07 11:00:30+00 | "20250907T110030Z"
							timestamptz | "2025-09-06"                       | 2025-09-07 00:00:00+00 | "2025-09-07"
							timestamptz | "2025-09-06"                       | 2025-09-07 11:00:00+00 | "2025-09-07T11:00:00Z"
							timestamptz | "2025-09-06T10:00:00Z"             | 10000-01-01 00:00:00+00 | "+10000-01-01T00:00:00Z"
							timestamptz | "2025-09-06 10:00:00"              | 10000-01-01 00:00:00+00 | "10000-01-01 00:00:00"
							timestamptz | "20250906T100000Z"                 | 10000-01-01 00:00:00+00 | "+10000-01-01T000000Z"
							timestamptz | "2025-09-06T10:00:00Z"             | 0044-03-15 10:00:00+00 BC | "-0043-03-15T10:00:00Z"
							timestamptz | "2025-09-06 10:00:00"              | 0044-03-15 10:00:00+00 BC | "0044-03-15 10:00:00 BC"
							timestamptz | "2025-09-06T10:00:00Z"             | 0001-03-15 10:00:00+00 BC | "0000-03-15T10:00:00Z"
							timestamptz | "0044-03-15 10:00:00+00 BC"        | 2025-09-07 11:00:00+00 | "2025-09-07 11:00:00+00"
							timestamptz | 1757152800                         | 0044-03-15 10:00:00+00 BC | -63517788000
							timestamptz | "no time"                          | 2025-09-07 11:00:00+00 | "2025-09-07T11:00:00Z"
							timestamp   | "2025-09-06T10:00:00+02:00"        | 2025-09-07 23:30:00 | "2025-09-08T01:30:00+02:00"
							timestamp   | "2025-09-06 10:00:00"              | 2025-09-07 23:30:00 | "2025-09-07 23:30:00"
							timestamp   | 1757152800                         | 2025-09-07 10:00:00 | 1757239200
							timestamp   | "2025-09-06 10:00:00"              | -infinity           | "-infinity"

							date | "2025-09-06"                | 2025-09-07    | "2025-09-07"
							date | "20250906"                  | 2025-09-07    | "20250907"
							date | "2025-09-06T23:30:00-05:00" | 2025-09-07    | "2025-09-07T23:30:00-05:00"
							date | "2025-09-06 00:00:00.000"   | 2025-09-07    | "2025-09-07 00:00:00.000"
							date | 1757109600                  | 2025-09-07    | 1757282400
							date | 1757109600000               | 2025-09-07    | 1757282400000
							date | "2025-09-06"                | 0044-03-15 BC | "-0043-03-15"
							date | "0044-03-15 BC"             | 0045-03-15 BC | "0045-03-15 BC"
							date | "2025-09-06"                | 12025-09-07   | "+12025-09-07"
							date | "2025-09-06"                | infinity      | "infinity"

							time   | "10:00"                 | 11:30:00       | "11:30"
							time   | "10:00:00"              | 11:30:00.5     | "11:30:00.500"
							time   | "2025-09-06T10:00:00Z"  | 11:30:00       | "2025-09-06T11:30:00Z"
							time   | 36000                   | 11:30:00       | 41400
							time   | "10:00"                 | 24:00:00       | "24:00"
							time   | 1757152800              | 11:30:00       | 1757158200
					time   | 36000                   | 24:00:00       | "24:00:00"
							timetz | "10:00:00Z"             | 11:30:00+00    | "11:30:00Z"
							timetz | "10:00:00Z"             | 11:30:00+05:45 | "11:30:00+05:45"
							timetz | "10:00:00+02:00"        | 11:30:00-05    | "11:30:00-05:00"
							timetz | "10:00:00+0200"         | 11:30:00-05    | "11:30:00-0500"
							timetz | "10:00:00 +02"          | 11:30:00-05    | "11:30:00 -05"
							timetz | "10:00:00+02"           | 11:30:00-05:45:10 | "11:30:00-05:45:10"
							timetz | "10:00"                 | 11:30:00-05    | "11:30-05:00"
							timetz | 36000                   | 11:30:00-05    | "11:30:00-05:00"

							integer | 1     | 7         | 7
							integer | 1.0   | 7         | 7
							integer | "1"   | 7         | "7"
							integer | "x"   | 7         | 7
							bigint  | 1     | 9223372036854775807 | 9223372036854775807
							numeric | 1.10  | 2.50      | 2.50
							numeric | "1.10" | 2.50     | "2.50"
							numeric | 1     | NaN       | "NaN"
							numeric | "NaN" | 5         | "5"
							numeric | 1     | -Infinity | "-Infinity"
							numeric(2) | 1  | 12345678901234567890.12 | 12345678901234567890.12
							float8  | 1     | 1e+21     | 1e+21
							float8  | 1.5   | -0        | -0
							float8  | 1.5   | Infinity  | "Infinity"
							float8  | 9e999 | NaN       | "NaN"
							real    | 1     | 3.4028235e+38 | 3.4028235e+38

							jsonb | {"a":1}     | {"b": [2]} | {"b": [2]}
							jsonb | [1]         | {"b": 2}   | {"b": 2}
							jsonb | "{\\"a\\":1}" | {"b": 2}   | "{\\"b\\": 2}"
							jsonb | "[1]"       | null       | "null"
							jsonb | 1           | 1.10       | 1.10
							jsonb | true        | false      | false
							jsonb | {"a":1}     | "text"     | "\\"text\\""
							jsonb | {"a":1}     | null       | "null"
							json  | {"a":1}     | {"a" : 1, "a":2} | {"a" : 1, "a":2}
							json  | {"a":1}     | ["\\u0000"] | "[\\"\\\\u0000\\"]"
							json  | {"a":1}     | ["\\ud800"] | "[\\"\\\\ud800\\"]"

							text    | "a"   | say "hi"  | "say \\"hi\\""
							text    | 1     | 2.50      | 2.50
							text    | 1     | two       | "two"
							text    | 1     | 007       | "007"
							text    | true  | false     | false
							text    | true  | no        | "no"
							text    | {"a":1} | {"a":2} | "{\\"a\\":2}"
							bpchar  | "a"   | b         | "b"
							interval | "1 day" | P2DT3H  | "P2DT3H"
							int4range | "[1,2)" | [3,5) | "[3,5)"
							"char"  | "a"   | b         | "b"
							name    | "a"   | b         | "b"

							integer[] | [1,2]     | {3,NULL,4}        | [3,null,4]
							integer[] | ["1"]     | {3,NULL,4}        | ["3",null,"4"]
							integer[] | "[1, 2]"  | {3,NULL,4}        | "[3,null,4]"
							integer[] | "{1, 2}"  | {3,NULL,4}        | "{3,NULL,4}"
							integer[] | "[0:0]={1}" | {3}             | "{3}"
							integer[] | [1]       | {}                | []
							integer[] | []        | {1}               | [1]
							integer[] | [[1]]     | {{1,2},{3,4}}     | [[1,2],[3,4]]
							integer[] | [null,["1"]] | {1}            | ["1"]
							integer[] | [["1"]]   | {1}               | ["1"]
							integer[] | [1]       | [0:1]={1,2}       | "[0:1]={1,2}"
							boolean[] | [0]       | {t,f,NULL}        | [1,0,null]
							boolean[] | [true]    | {t,f,NULL}        | [true,false,null]
							boolean[] | "{t}"     | {t,f,NULL}        | "{t,f,NULL}"
							text[]    | ["a"]     | {"a,b","\\"","\\\\",NULL,"NULL",""} | ["a,b","\\"","\\\\",null,"NULL",""]
							text[]    | "[\\"a\\"]" | {b}             | "[\\"b\\"]"
							uuid[]    | ["AAAAAAAAAAAAAAAAAAAAAA=="] | {550e8400-e29b-41d4-a716-446655440000} | ["VQ6EAOKbQdSnFkRmVUQAAA=="]
							bytea[]   | ["AAA="]  | {"\\\\xdeadbeef","\\\\x"} | ["3q2+7w==",""]
							timestamptz[] | [1757152800] | {"2025-09-07 10:00:00+00",infinity} | [1757239200,"infinity"]
							jsonb[]   | [{"a":1}] | {"{\\"b\\": 2}","1",NULL,"null"} | [{"b": 2},1,null,"null"]
							jsonb[]   | ["{}"]    | {"{\\"b\\": 2}",NULL} | ["{\\"b\\": 2}",null]
							jsonb[]   | [[1]]     | {{"1","2"}}       | "{{\\"1\\",\\"2\\"}}"
							jsonb[]   | [[1]]     | {"[2, 3]"}        | [[2, 3]]
							box[]     | ["(1,1),(0,0)"] | {(1,1),(0,0);(2,2),(1,1)} | "{(1,1),(0,0);(2,2),(1,1)}"
							""")
	void keepsTheFormOfWhatIsReplaced(String type, String last, String current, String expected) {
		assertThat(render(current, type, last, DEFAULT)).isEqualTo(expected);
	}

	/** The type, what PostgreSQL prints, the value of a row that no device wrote. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			boolean     | t                                    | 1
			uuid        | 550e8400-e29b-41d4-a716-446655440000 | "550e8400-e29b-41d4-a716-446655440000"
			bytea       | \\xdead                              | "3q0="
			bytea       | \\x                                  | ""
			timestamptz | 2025-09-07 10:00:00+00               | "2025-09-07T10:00:00Z"
			timestamptz | 2025-09-07 10:00:00.25+00            | "2025-09-07T10:00:00.250Z"
			timestamp   | 2025-09-07 10:00:00                  | "2025-09-07T10:00:00"
			timestamptz | 0044-03-15 10:00:00+00 BC            | "-0043-03-15T10:00:00Z"
			date        | 2025-09-07                           | "2025-09-07"
			time        | 10:00:00                             | "10:00:00"
			timetz      | 10:00:00+05:45                       | "10:00:00+05:45"
			timetz      | 10:00:00+00                          | "10:00:00Z"
			bigint      | 9223372036854775807                  | 9223372036854775807
			numeric     | 1.10                                 | 1.10
			float8      | NaN                                  | "NaN"
			jsonb       | {"a": 1}                             | "{\\"a\\": 1}"
			integer[]   | {1,NULL}                             | "[1,null]"
			boolean[]   | {t}                                  | "[1]"
			integer[]   | {{1},{2}}                            | "[[1],[2]]"
			text        | true                                 | "true"
			bpchar      | ~a  ~                                | "a"
			""")
	void hasAFormForRowsThatNoDeviceWrote(String type, String current, String expected) {
		assertThat(render(current, type, null, DEFAULT)).isEqualTo(expected);
		assertThat(render(current, type, "null", DEFAULT)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			boolean     | t                                    | true
			uuid        | 550e8400-e29b-41d4-a716-446655440000 | "VQ6EAOKbQdSnFkRmVUQAAA=="
			timestamptz | 2025-09-07 10:00:00.25+00            | 1757239200250
			timestamp   | 2025-09-07 10:00:00                  | 1757239200000
			timestamptz | 1971-01-01 00:00:00+00               | "1971-01-01T00:00:00Z"
			timestamptz | infinity                             | "infinity"
			date        | 2025-09-07                           | "2025-09-07"
			time        | 10:00:00                             | "10:00:00"
			boolean[]   | {t}                                  | "[true]"
			""")
	void takesTheFormsOfTheTable(String type, String current, String expected) {
		Forms forms = Forms.of(Booleans.BOOLEAN, Timestamps.EPOCH_MILLIS, Uuids.BASE64);
		assertThat(render(current, type, null, forms)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			SQL           | timestamptz | 2025-09-07 10:00:00.25+00 | "2025-09-07 10:00:00.250"
			SQL           | timestamp   | 2025-09-07 10:00:00       | "2025-09-07 10:00:00"
			SQL           | timestamp   | 0044-03-15 10:00:00 BC    | "0044-03-15 10:00:00 BC"
			SQL           | date        | 2025-09-07                | "2025-09-07"
			EPOCH_SECONDS | timestamptz | 2025-09-07 10:00:00.25+00 | 1757239200.25
			EPOCH_SECONDS | date        | 2025-09-07                | 1757203200
			EPOCH_MILLIS  | date        | 2025-09-07                | 1757203200000
			EPOCH_MILLIS  | timestamptz | 2025-09-07 10:00:00+00    | 1757239200000
			ISO           | timestamptz | 2025-09-07 10:00:00+00    | "2025-09-07T10:00:00Z"
			""")
	void takesTheFormsOfTheColumn(Timestamps form, String type, String current, String expected) {
		WireFormat wire = new WireFormat(Forms.of(Booleans.NUMBER, Timestamps.EPOCH_SECONDS, Uuids.DASHED), Set.of(),
				Map.of("c", new ColumnForms(null, form, null)));
		assertThat(render(current, type, null, wire.of("c"))).isEqualTo(expected);
		assertThat(render("t", "boolean", null, wire.of("c"))).isEqualTo("1");
	}

	@Test
	void theFormOfAColumnHoldsForABlankUuid() {
		String uuid = "550e8400-e29b-41d4-a716-446655440000";
		WireFormat wire = new WireFormat(Forms.of(Booleans.NUMBER, Timestamps.ISO, Uuids.DASHED), Set.of(),
				Map.of("c", new ColumnForms(null, null, Uuids.DASHED)));
		assertThat(render(uuid, "uuid", "\"\"", wire.of("c"))).isEqualTo('"' + uuid + '"');
		assertThat(render(uuid, "uuid", "\"\"", wire.of("d"))).isEqualTo("\"VQ6EAOKbQdSnFkRmVUQAAA==\"");
	}

	@Test
	void writesTextForNumbersThatNoDoubleHolds() {
		String digits = "1" + "0".repeat(400);
		assertThat(render(digits, "numeric", "1", DEFAULT)).isEqualTo('"' + digits + '"');
		assertThat(render("1" + "0".repeat(300), "numeric", "1", DEFAULT)).isEqualTo("1" + "0".repeat(300));
	}

	/** No form of the protocol: PostgreSQL prints a byte beyond ASCII as an escape. */
	@Test
	void passesOnWhatTheProtocolHasNoFormFor() {
		assertThat(render("\\303", "\"char\"", "\"a\"", DEFAULT)).isEqualTo("\"\\\\303\"");
	}

	@Test
	void writesNull() {
		assertThat(render(null, "bytea", "\"AAA=\"", DEFAULT)).isEqualTo("null");
		assertThat(render(null, "integer[]", "[1]", DEFAULT)).isEqualTo("null");
	}

	private static String render(String current, String type, String last, Forms forms) {
		Column column = Values.column(type);
		return JsonText
			.write(ValueRenderer.render(current, column, (last != null) ? JsonText.value(last) : null, forms));
	}

}

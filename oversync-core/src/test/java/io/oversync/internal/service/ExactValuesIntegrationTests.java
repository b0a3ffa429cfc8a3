/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A column receives exactly the value that was sent, or none.
 */
class ExactValuesIntegrationTests {

	private static final String DDL = """
			create extension if not exists citext;
			create schema app;
			create domain app.amount as money;
			create domain app.tiny_name as varchar(3);
			create domain app.second as timestamp(0);
			create domain app.price as numeric(6,2);
			create domain app.single as real;
			create table app.value (id uuid primary key, owner_id text not null,
			  r real, d double precision, ra real[], da double precision[], rd app.single,
			  m money, ma money[], md app.amount,
			  n name, na name[], c "char", ca "char"[], ch char(3), cha char(3)[],
			  v varchar(3), va varchar(3)[], vd app.tiny_name, vda app.tiny_name[], ci citext,
			  b bit(3), ba bit(3)[], vb bit varying(3), vba bit varying(3)[],
			  ts timestamp(3), tz timestamptz(0), t time(2), tt timetz(0), tsa timestamp(0)[], tsd app.second,
			  i interval, i0 interval(0), ih interval day to hour, i0a interval(0)[],
			  p numeric(6,2), pa numeric(6,2)[], pd app.price, pda app.price[],
			  u numeric, ua numeric[], j jsonb, ja jsonb[]);
			""";

	private static TestEngine engine;

	private static Device phone;

	@BeforeAll
	static void start() {
		engine = TestEngine.start(DDL, "app.value(owner_id)");
		phone = engine.device("alice/phone");
	}

	@AfterAll
	static void stop() {
		engine.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			d   | 1e400                      | Infinity
			d   | -1e400                     | -Infinity
			d   | "1e400"                    | Infinity
			d   | 9.0e+999                   | Infinity
			d   | 1.7976931348623157e308     | 1.7976931348623157e+308
			d   | "NaN"                      | NaN
			d   | "nan"                      | NaN
			d   | "Infinity"                 | Infinity
			d   | "-inf"                     | -Infinity
			d   | 0.1                        | 0.1
			r   | 1e400                      | Infinity
			r   | 3.4e38                     | 3.4e+38
			r   | 0.5                        | 0.5
			ra  | [1e400,"NaN",1.5]          | {Infinity,NaN,1.5}
			ra  | "{-1e400,NaN,1.5}"         | {-Infinity,NaN,1.5}
			rd  | -1e999                     | -Infinity
			m   | 12.34                      | $12.34
			m   | "1000"                     | $1,000.00
			m   | 12.340                     | $12.34
			m   | 92233720368547758.07       | $92,233,720,368,547,758.07
			ma  | [1.5,null]                 | {$1.50,NULL}
			md  | -1                         | -$1.00
			n   | "abc"                      | abc
			na  | ["abc"]                    | {abc}
			c   | "x"                        | x
			c   | 1                          | 1
			ca  | ["x","y"]                  | {x,y}
			v   | "abc"                      | abc
			v   | "äöü"                      | äöü
			va  | ["abc","d"]                | {abc,d}
			vda | "{abc}"                    | {abc}
			ch  | "abc"                      | abc
			ci  | "AbC"                      | AbC
			b   | "101"                      | 101
			vb  | "10"                       | 10
			ts  | "2025-09-16 10:00:00.123"  | 2025-09-16 10:00:00.123
			ts  | 1757152800.25              | 2025-09-06 10:00:00.25
			ts  | "infinity"                 | infinity
			t   | "10:00:00.25"              | 10:00:00.25
			tsa | ["2025-09-16"]             | {"2025-09-16 00:00:00"}
			i   | "1.123456 seconds"         | 00:00:01.123456
			i0  | "90 seconds"               | 00:01:30
			ih  | "1 day 2 hours"            | 1 day 02:00:00
			i0a | ["1 day"]                  | {"1 day"}
			p   | 1.10                       | 1.10
			pa  | [1.1,2]                    | {1.10,2.00}
			pda | [1.1]                      | {1.10}
			p   | 112E-2                     | 1.12
			u   | 1e21                       | 1000000000000000000000
			u   | -1.50E-3                   | -0.00150
			u   | "+.5e1"                    | 5
			u   | 0e-9                       | 0
			ua  | [1e3,"2e-1",null]          | {1000,0.2,NULL}
			m   | 1234e-2                    | $12.34
			j   | {"a":1e3}                  | {"a": 1000}
			ja  | "{1e2}"                    | {100}
			""")
	void arrives(String column, String json, String expected) {
		assertThat(write(column, json)).isEqualTo(expected);
		assertThat(phone.failures()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			r   | 1e39
			r   | -3.5e38
			ra  | [1e39]
			ra  | "{1e39}"
			rd  | 1e39
			m   | 12.345
			m   | "12.345"
			m   | 1e17
			ma  | [12.345]
			ma  | "{12.345}"
			md  | 0.001
			n   | "0123456789012345678901234567890123456789012345678901234567890123"
			n   | "ää0123456789012345678901234567890123456789012345678901234567890"
			na  | ["0123456789012345678901234567890123456789012345678901234567890123"]
			na  | "{0123456789012345678901234567890123456789012345678901234567890123}"
			c   | "xy"
			c   | 12
			c   | "ä"
			ca  | ["xy"]
			ca  | "{xy}"
			ch  | "abcd"
			cha | ["abcd"]
			cha | "{abcd}"
			v   | "abcd"
			v   | "abc "
			va  | ["abcd"]
			va  | ["abc "]
			va  | "{abcd}"
			va  | "{\\u0022abc \\u0022}"
			vd  | "abc "
			vda | ["abcd"]
			vda | "{abcd}"
			b   | "1010"
			b   | "10"
			ba  | ["1010"]
			ba  | "{1010}"
			vb  | "1010"
			vba | ["1010"]
			ts  | "2025-09-16 10:00:00.1234"
			ts  | 1757152800.1234
			tz  | "2025-09-16T10:00:00.5Z"
			t   | "10:00:00.255"
			tt  | "10:00:00.5+02"
			tsa | ["2025-09-16 10:00:00.5"]
			tsa | "{2025-09-16 10:00:00.5}"
			tsd | "2025-09-16 10:00:00.5"
			i0  | "1.5 seconds"
			ih  | "1 day 2 hours 30 minutes"
			i0a | ["1.5 seconds"]
			i0a | "{1.5 seconds}"
			p   | 1.101
			u   | 1e131071
			u   | "1e-16383"
			ua  | [1,1e131071]
			ua  | "{1e131071}"
			j   | {"a":[1e131071]}
			j   | "1e131071"
			ja  | [1e131071]
			ja  | "{1e131071}"
			pa  | [1.101]
			pa  | "{1.101}"
			pd  | 1.101
			pda | [1.101]
			""")
	void isRefused(String column, String json) {
		UUID row = UUID.randomUUID();
		assertThat(write(row, column, json)).isNull();
		assertThat(phone.failures()).hasSize(1);
		phone.delete("app.value", row, 1).upload();
		assertThat(phone.failures()).isEmpty();
	}

	private static String write(String column, String json) {
		return write(UUID.randomUUID(), column, json);
	}

	private static String write(UUID row, String column, String json) {
		phone.upsert("app.value", row, 0, "{\"" + column + "\":" + json + "}").upload();
		List<String> values = engine.query("select " + column + "::text from app.value where id = '" + row + "'");
		return values.isEmpty() ? null : values.get(0);
	}

}

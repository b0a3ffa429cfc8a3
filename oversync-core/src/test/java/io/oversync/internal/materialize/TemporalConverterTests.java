/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Examples of dates and times.
 */
class TemporalConverterTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			timestamptz | "2025-09-16T10:00:00Z" | 2025-09-16 10:00:00+00
			timestamptz | "2025-09-16 10:00:00" | 2025-09-16 10:00:00+00
			timestamptz | "2025-09-16 10:00:00+00" | 2025-09-16 10:00:00+00
			timestamptz | " 2025-09-16t10:00z " | 2025-09-16 10:00:00+00
			timestamptz | "2025-09-16T10:00:00.1+05:45" | 2025-09-16 04:15:00.100000+00
			timestamptz | "2025-09-16T10:00:00,000001-0930" | 2025-09-16 19:30:00.000001+00
			timestamptz | "2025-09-16 23:30:00 -01:00:30" | 2025-09-17 00:30:30+00
			timestamptz | "2025-09-16 10:00:00 +0200 CEST" | 2025-09-16 08:00:00+00
			timestamptz | "2025-09-16 10:00:00.5 UTC" | 2025-09-16 10:00:00.500000+00
			timestamptz | "2025-09-16 10:00:00+5" | 2025-09-16 05:00:00+00
			timestamptz | "20250916T100000Z" | 2025-09-16 10:00:00+00
			timestamptz | "2025-09-16" | 2025-09-16 00:00:00+00
			timestamptz | "20250916" | 2025-09-16 00:00:00+00
			timestamptz | "2025-9-6 7:05" | 2025-09-06 07:05:00+00
			timestamptz | "2025-09-16T24:00:00" | 2025-09-17 00:00:00+00
			timestamptz | "2025-12-31T23:59:60Z" | 2026-01-01 00:00:00+00
			timestamptz | "2025-12-31T23:59:59.9999995Z" | 2026-01-01 00:00:00+00
			timestamptz | "2025-12-31T10:00:00.0000005Z" | 2025-12-31 10:00:00+00
			timestamptz | "2025-12-31T10:00:00.00000050000001Z" | 2025-12-31 10:00:00.000001+00
			timestamptz | "2025-12-31T10:00:00.1234564999999Z" | 2025-12-31 10:00:00.123456+00
			timestamptz | "Infinity" | infinity
			timestamptz | "-infinity" | -infinity
			timestamptz | "+12025-09-16T10:00:00Z" | 12025-09-16 10:00:00+00
			timestamptz | "0044-03-15 10:00:00+00 BC" | 0044-03-15 10:00:00+00 BC
			timestamptz | "-0043-03-15T10:00:00Z" | 0044-03-15 10:00:00+00 BC
			timestamptz | "0001-01-01T00:00:00Z" | 0001-01-01 00:00:00+00
			timestamptz | "0001-01-01T00:00:00+01" | 0001-12-31 23:00:00+00 BC
			timestamptz | 1758016800 | 2025-09-16 10:00:00+00
			timestamptz | 1758016800000 | 2025-09-16 10:00:00+00
			timestamptz | 1758016800123.5 | 2025-09-16 10:00:00.123500+00
			timestamptz | 1758016800.123456 | 2025-09-16 10:00:00.123456+00
			timestamptz | 1.7580168e9 | 2025-09-16 10:00:00+00
			timestamptz | 0 | 1970-01-01 00:00:00+00
			timestamptz | -1 | 1969-12-31 23:59:59+00
			timestamptz | -0.0000001 | 1970-01-01 00:00:00+00
			timestamptz | 1e-999999999 | 1970-01-01 00:00:00+00
			timestamptz | 99999999999 | 5138-11-16 09:46:39+00
			timestamptz | 100000000000 | 1973-03-03 09:46:40+00
			timestamptz | -100000000000 | 1966-10-31 14:13:20+00
			timestamptz | "1758016800" | 2025-09-16 10:00:00+00
			timestamptz | "-999999999.5" | 1938-04-24 22:13:20.500000+00
			timestamp | "2025-09-16T10:00:00+02:00" | 2025-09-16 08:00:00
			timestamp | "2025-09-16T10:00:00" | 2025-09-16 10:00:00
			timestamp | 1758016800 | 2025-09-16 10:00:00
			date | "2025-09-16" | 2025-09-16
			date | "2024-02-29" | 2024-02-29
			date | "2025-09-16T23:30:00-05:00" | 2025-09-16
			date | "2025-09-16 24:00" | 2025-09-16
			date | 1758067199 | 2025-09-16
			date | "infinity" | infinity
			date | "0004-03-01 BC" | 0004-03-01 BC
			date | "0001-02-29 BC" | 0001-02-29 BC
			date | "0000-02-29" | 0001-02-29 BC
			date | "0099-12-31" | 0099-12-31
			time | "10:00" | 10:00:00
			time | "9:05:07.25" | 09:05:07.250000
			time | "10:00:00+02" | 10:00:00
			time | "24:00:00" | 24:00:00
			time | "2025-09-16T10:00:00+02:00" | 10:00:00
			time | 1758016801 | 10:00:01
			timetz | "10:00:00+02" | 10:00:00+02:00
			timetz | "10:00:00-00:30" | 10:00:00-00:30
			timetz | "10:00:00-05:45:10" | 10:00:00-05:45:10
			timetz | "10:00" | 10:00:00+00:00
			timetz | "2025-09-16T10:00:00+0545" | 10:00:00+05:45
			""")
	void converts(String type, String json, String expected) {
		assertThat(Values.convert(json, type)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			timestamptz | ""
			timestamptz | "now"
			timestamptz | "today"
			timestamptz | "yesterday 10:00"
			timestamptz | "16/09/2025"
			timestamptz | "09-16-2025"
			timestamptz | "2025-02-31"
			timestamptz | "2025-02-29"
			timestamptz | "2025-13-01"
			timestamptz | "2025-00-10"
			timestamptz | "0000-00-00 00:00:00"
			timestamptz | "0003-02-29 BC"
			timestamptz | "-0043-03-15 BC"
			timestamptz | "0000-03-15 BC"
			timestamptz | "25-09-16"
			timestamptz | "2025-09"
			timestamptz | "2025-09-161"
			timestamptz | "2025-09-16T"
			timestamptz | "2025-09-16T10"
			timestamptz | "2025-09-16T10:0"
			timestamptz | "2025-09-16T10:00:00."
			timestamptz | "2025-09-16T10:60:00"
			timestamptz | "2025-09-16T10:00:61"
			timestamptz | "2025-09-16T24:00:01"
			timestamptz | "2025-09-16T23:59:60.5"
			timestamptz | "2025-09-16T25:00"
			timestamptz | "2025-09-16T10:00:00+16:00"
			timestamptz | "2025-09-16T10:00:00+123"
			timestamptz | "2025-09-16T10:00:00+01:60"
			timestamptz | "2025-09-16T10:00:00 PM"
			timestamptz | "2025-09-16T10:00:00 Europe/Berlin"
			timestamptz | "2025-09-16T10:00:00Z x"
			timestamptz | "２０２５-09-16"
			timestamptz | "1234567"
			timestamptz | "12345678901-01-01"
			timestamptz | 1758016800000000
			timestamptz | 1758016800000000000
			timestamptz | 1e999999999
			timestamptz | true
			timestamptz | {}
			timestamptz | "10:00"
			timestamp | "+infinite"
			date | "10:00"
			date | ""
			time | "2025-09-16"
			time | "infinity"
			time | "24:00:00.000001"
			time | "36000"
			timetz | "10:00:00+99"
			""")
	void refuses(String type, String json) {
		assertThatExceptionOfType(ValueConversionException.class).isThrownBy(() -> Values.convert(json, type));
	}

}

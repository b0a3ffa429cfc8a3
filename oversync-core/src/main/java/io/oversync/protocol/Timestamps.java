/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Writes timestamps as the protocol has them: RFC 3339 in UTC, with six digits of a
 * second. A {@link java.time.format.DateTimeFormatter} leaves a kilobyte of garbage for
 * each, which was a tenth of a download.
 */
final class Timestamps {

	private Timestamps() {
	}

	static String format(Instant instant) {
		LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
		StringBuilder text = new StringBuilder(27);
		append(text, time.getYear(), 1000, '-');
		append(text, time.getMonthValue(), 10, '-');
		append(text, time.getDayOfMonth(), 10, 'T');
		append(text, time.getHour(), 10, ':');
		append(text, time.getMinute(), 10, ':');
		append(text, time.getSecond(), 10, '.');
		append(text, time.getNano() / 1000, 100_000, 'Z');
		return text.toString();
	}

	/**
	 * Appends a number with leading zeros.
	 * @param highest the value of its first digit
	 */
	private static void append(StringBuilder text, int number, int highest, char end) {
		for (int value = highest; value > 0; value /= 10) {
			text.append((char) ('0' + number / value % 10));
		}
		text.append(end);
	}

}

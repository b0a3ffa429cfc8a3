/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

import io.oversync.internal.catalog.OversyncStartupException;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * Checks of property values. Each failure names the property, the value and the remedy.
 */
final class PropertyChecks {

	private static final Pattern PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+");

	private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

	private static final DataSize LARGEST = DataSize.ofGigabytes(1);

	private PropertyChecks() {
	}

	static void path(String property, String value) {
		if (!PATH.matcher(value).matches()) {
			throw bad(property, value, "it must be a path without wildcards",
					"Write a path that starts with '/', does not end with '/' and consists of letters, digits and ._~-,"
							+ " such as /sync or /api/sync.");
		}
	}

	static void name(String property, String value) {
		if (value.isBlank()) {
			throw bad(property, value, "it must not be empty", "Name a claim, or remove the property for its default.");
		}
	}

	static void text(String property, String value, int longest) {
		if (value.isBlank() || value.length() > longest) {
			throw bad(property, value, "it must have between 1 and %d characters".formatted(longest),
					"Write a text, or remove the property.");
		}
	}

	static void header(String property, String value) {
		if (!HEADER.matcher(value).matches()) {
			throw bad(property, value, "it is not the name of an HTTP header",
					"Write a header's name without spaces or colons, or remove the property for its default.");
		}
	}

	static void size(String property, DataSize value) {
		if (value.toBytes() < 1 || value.compareTo(LARGEST) > 0) {
			throw bad(property, value, "it must be between 1B and 1GB", "Write a size with its unit, such as 64MB.");
		}
	}

	static void range(String property, long value, long least, long most) {
		if (value < least || value > most) {
			throw bad(property, value, "it must be between %d and %d".formatted(least, most),
					"Write a whole number in that range, or remove the property for its default.");
		}
	}

	static void duration(String property, Duration value, Duration least, Duration most) {
		if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
			throw bad(property, value, "it must be between %s and %s".formatted(text(least), text(most)),
					"Write a duration with its unit, such as 3s.");
		}
	}

	private static String text(Duration value) {
		return DurationStyle.SIMPLE.print(value, largestUnit(value));
	}

	private static ChronoUnit largestUnit(Duration value) {
		if (value.compareTo(Duration.ofHours(1)) >= 0) {
			return ChronoUnit.HOURS;
		}
		if (value.compareTo(Duration.ofMinutes(1)) >= 0) {
			return ChronoUnit.MINUTES;
		}
		return (value.compareTo(Duration.ofSeconds(1)) >= 0) ? ChronoUnit.SECONDS : ChronoUnit.MILLIS;
	}

	static OversyncStartupException bad(String property, Object value, String rule, String action) {
		return new OversyncStartupException(
				"The property %s has the value '%s', but %s.".formatted(property, value, rule), action);
	}

}

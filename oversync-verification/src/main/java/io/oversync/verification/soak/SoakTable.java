/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.verification.soak.Gauge.Group;
import org.jspecify.annotations.Nullable;

/**
 * Writes readings, one a line.
 */
final class SoakTable {

	private static final int NARROWEST = 6;

	private final List<Group> groups;

	/**
	 * Creates a table.
	 * @param groups the gauges that it shows
	 */
	SoakTable(Set<Group> groups) {
		this.groups = Arrays.stream(Group.values()).filter(groups::contains).toList();
	}

	/** Returns the two lines above the readings. */
	String head() {
		String titles = line("", (group) -> {
			int width = gauges(group).mapToInt(SoakTable::width).sum();
			return ("%-" + width + "s").formatted(" " + group.title());
		});
		return titles + System.lineSeparator() + line("time", (group) -> cells(group, Gauge::title));
	}

	/** Returns the line of a reading. */
	String line(Reading reading) {
		return line(time(reading.at()), (group) -> cells(group, (gauge) -> number(reading.values().get(gauge))));
	}

	private String line(String first, Function<Group, String> text) {
		return this.groups.stream().map(text).collect(Collectors.joining(" |", "%8s |".formatted(first), ""));
	}

	private static String cells(Group group, Function<Gauge, String> text) {
		return gauges(group).map((gauge) -> ("%" + width(gauge) + "s").formatted(text.apply(gauge)))
			.collect(Collectors.joining());
	}

	private static Stream<Gauge> gauges(Group group) {
		return Arrays.stream(Gauge.values()).filter((gauge) -> gauge.group() == group);
	}

	private static int width(Gauge gauge) {
		return 1 + Math.max(NARROWEST, gauge.title().length());
	}

	private static String time(Duration at) {
		return "%d:%02d".formatted(at.toMinutes(), at.toSecondsPart());
	}

	/** Formats a number for readers: with decimals only if they matter. */
	static String number(@Nullable Double value) {
		if (value == null) {
			return "-";
		}
		boolean whole = value >= 100 || value == Math.rint(value);
		return String.format(Locale.ROOT, whole ? "%.0f" : "%.1f", value);
	}

}

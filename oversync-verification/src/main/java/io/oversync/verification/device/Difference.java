/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Describes the rows in which two databases differ.
 */
public final class Difference {

	private static final int MOST = 10;

	private static final int LONGEST = 200;

	private static final int LONGEST_VALUE = 30;

	private Difference() {
	}

	/**
	 * Compares rows as {@link Device#rows()} returns them.
	 * @param one the name of the place of {@code left}
	 * @param left some rows
	 * @param other the name of the place of {@code right}
	 * @param right other rows
	 * @return the differences, one a line; empty if there are none
	 */
	public static String between(String one, Map<String, List<String>> left, String other,
			Map<String, List<String>> right) {
		List<String> lines = names(left, right).stream()
			.map((name) -> name + System.lineSeparator() + "  " + one + ": " + row(left.get(name), right.get(name))
					+ System.lineSeparator() + "  " + other + ": " + row(right.get(name), left.get(name)))
			.toList();
		if (lines.isEmpty()) {
			return "";
		}
		String rows = (lines.size() > MOST) ? lines.size() + " rows, the first " + MOST + ":" : lines.size() + " rows:";
		return one + " and " + other + " differ in " + rows + System.lineSeparator()
				+ String.join(System.lineSeparator(), lines.subList(0, Math.min(MOST, lines.size())));
	}

	/**
	 * Returns the rows that differ.
	 * @param left some rows
	 * @param right other rows
	 * @return their names, sorted
	 */
	public static List<String> names(Map<String, List<String>> left, Map<String, List<String>> right) {
		TreeSet<String> names = new TreeSet<>(left.keySet());
		names.addAll(right.keySet());
		return names.stream()
			.filter((name) -> !left.getOrDefault(name, List.of()).equals(right.getOrDefault(name, List.of())))
			.toList();
	}

	/** Describes a row. Of one that is long, values are cut to where they differ. */
	private static String row(@Nullable List<String> values, @Nullable List<String> others) {
		if (values == null) {
			return "no such row";
		}
		String text = values.toString();
		if (text.length() <= LONGEST) {
			return text;
		}
		return IntStream.range(0, values.size())
			.mapToObj((index) -> cut(values.get(index),
					(others != null && index < others.size()) ? others.get(index) : ""))
			.collect(Collectors.joining(", ", "[", "]"));
	}

	private static String cut(String value, String other) {
		int from = 0;
		while (from < Math.min(value.length(), other.length()) && value.charAt(from) == other.charAt(from)) {
			from++;
		}
		boolean same = value.equals(other);
		int begin = (same || value.length() <= LONGEST_VALUE) ? 0 : Math.max(0, from - LONGEST_VALUE / 2);
		int end = Math.min(value.length(), begin + LONGEST_VALUE);
		return ((begin > 0) ? "…" : "") + value.substring(begin, end) + ((end < value.length()) ? "…" : "");
	}

}

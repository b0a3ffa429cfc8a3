/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Describes the rows in which two databases differ.
 */
public final class Difference {

	private static final int MOST = 10;

	private static final int LONGEST = 200;

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
		TreeSet<String> names = new TreeSet<>(left.keySet());
		names.addAll(right.keySet());
		List<String> lines = names.stream()
			.filter((name) -> !left.getOrDefault(name, List.of()).equals(right.getOrDefault(name, List.of())))
			.map((name) -> name + System.lineSeparator() + "  " + one + ": " + row(left.get(name))
					+ System.lineSeparator() + "  " + other + ": " + row(right.get(name)))
			.toList();
		if (lines.isEmpty()) {
			return "";
		}
		String rows = (lines.size() > MOST) ? lines.size() + " rows, the first " + MOST + ":" : lines.size() + " rows:";
		return one + " and " + other + " differ in " + rows + System.lineSeparator()
				+ String.join(System.lineSeparator(), lines.subList(0, Math.min(MOST, lines.size())));
	}

	private static String row(@Nullable List<String> values) {
		if (values == null) {
			return "no such row";
		}
		String text = values.toString();
		return (text.length() <= LONGEST) ? text : text.substring(0, LONGEST) + "…";
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table in Markdown whose columns are aligned.
 */
public final class MarkdownTable {

	private final List<List<String>> lines = new ArrayList<>();

	/**
	 * Creates a table without rows.
	 * @param heading the titles of the columns
	 */
	public MarkdownTable(String... heading) {
		this.lines.add(List.of(heading));
		this.lines.add(Arrays.stream(heading).map((cell) -> "---").toList());
	}

	/**
	 * Adds a row.
	 * @param cells as many as there are columns
	 */
	public void add(String... cells) {
		this.lines.add(List.of(cells));
	}

	/**
	 * Adds a row and prints it to the standard error output: progress, and a result
	 * should a later measure fail.
	 * @param cells as many as there are columns
	 */
	public void report(String... cells) {
		add(cells);
		System.err.println(String.join(" | ", cells));
	}

	@Override
	public String toString() {
		return this.lines.stream().map(this::line).collect(Collectors.joining());
	}

	private String line(List<String> cells) {
		StringBuilder text = new StringBuilder();
		for (int column = 0; column < cells.size(); column++) {
			text.append("| ").append(("%-" + width(column) + "s ").formatted(cells.get(column)));
		}
		return text.append("|\n").toString();
	}

	private int width(int column) {
		return this.lines.stream().mapToInt((cells) -> cells.get(column).length()).max().orElseThrow();
	}

}

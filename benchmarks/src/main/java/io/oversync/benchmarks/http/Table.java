/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;

/**
 * A table in Markdown whose columns are aligned.
 */
final class Table {

	private final List<List<String>> lines = new ArrayList<>();

	Table(List<String> heading) {
		this.lines.add(heading);
	}

	void add(List<String> line) {
		this.lines.add(line);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (int line = 0; line < this.lines.size(); line++) {
			appendLine(text, this.lines.get(line));
			if (line == 0) {
				appendLine(text, this.lines.get(0).stream().map((cell) -> "---").toList());
			}
		}
		return text.toString();
	}

	private void appendLine(StringBuilder text, List<String> cells) {
		for (int column = 0; column < cells.size(); column++) {
			text.append("| ").append(("%-" + width(column) + "s ").formatted(cells.get(column)));
		}
		text.append("|\n");
	}

	private int width(int column) {
		return this.lines.stream().mapToInt((cells) -> cells.get(column).length()).max().orElseThrow();
	}

}

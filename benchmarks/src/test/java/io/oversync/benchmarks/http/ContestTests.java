/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.benchmarks.http.Measure.Figure;
import io.oversync.benchmarks.report.MarkdownTable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ContestTests {

	private final List<String> turns = new ArrayList<>();

	@Test
	void eachLoadIsFirstInTurnAndMeasuredByTheDenominator() throws Exception {
		Map<String, Load> loads = new LinkedHashMap<>();
		loads.put(" a", load("a", 20));
		loads.put(" b", load("b", 30));
		try (Contest contest = new Contest(loads, load("d", 10))) {
			contest.play(new CpuSeconds.Clock(ProcessHandle.current(), ProcessHandle.current()), 1, 3, 0.001);
			assertThat(this.turns).containsExactly("a", "b", "d", "a", "b", "d", "b", "d", "a", "d", "a", "b");
			MarkdownTable table = new MarkdownTable("name", "ours", "theirs", "ratio", "range", "goal", "cpu", "cpu");
			Figure items = new Figure("", "%.0f", Load.Throughput::items, "≥ 1");
			contest.report(new Measure("m", List.of(items), (bed) -> contest), "fresh", table);
			assertThat(table.toString()).contains("| m b, fresh | 30   | 10     | 3.00  | 3.00 to 3.00 | ≥ 1  |");
		}
	}

	/** Sends but once a turn. */
	private Load load(String name, int items) throws Exception {
		return Load.open(1, 1, (number) -> new Client(() -> () -> {
			this.turns.add(name);
			LoadTests.work(2_000_000);
			return items;
		}));
	}

}

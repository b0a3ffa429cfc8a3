/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;

/**
 * Compares posts with the expected ones.
 */
final class Titles {

	private Titles() {
	}

	/**
	 * Checks that exactly these posts exist.
	 * @param stage the stage that reports failures
	 * @param where the place of the rows
	 * @param expected the titles by key
	 * @param rows as {@link Device#rows()}; only the posts count
	 * @throws ScenarioFailure with the posts that differ
	 */
	static void require(Stage stage, String where, Map<String, String> expected, Map<String, List<String>> rows) {
		Map<String, List<String>> written = new TreeMap<>();
		expected.forEach((post, title) -> written.put(SampleTable.POSTS.rowName(post), List.of(title)));
		Map<String, List<String>> found = new TreeMap<>();
		rows.forEach((row, values) -> {
			if (row.startsWith(SampleTable.POSTS.rowName(""))) {
				found.put(row, values.subList(1, 2));
			}
		});
		stage.requireEqual("what was written", written, where, found);
	}

}

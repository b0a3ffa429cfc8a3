/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.verification.device.WireEntry;

/**
 * The history of a user's rows in the server's change stream.
 */
final class RowHistories {

	private final List<WireEntry> stream;

	/**
	 * Creates the histories.
	 * @param stream the whole stream, by position
	 */
	RowHistories(List<WireEntry> stream) {
		this.stream = stream;
	}

	/** Returns the number of changes. */
	int size() {
		return this.stream.size();
	}

	/**
	 * Returns the changes of each row.
	 * @return in the order of the stream, by {@code "users 550e…"}
	 */
	Map<String, List<WireEntry>> byRow() {
		Map<String, List<WireEntry>> rows = new LinkedHashMap<>();
		this.stream.forEach((entry) -> rows.computeIfAbsent(entry.row(), (row) -> new ArrayList<>()).add(entry));
		return rows;
	}

	/**
	 * Returns the version of a row.
	 * @param row {@code "users 550e…"}
	 * @return 0 if the server has never had it
	 */
	long version(String row) {
		return this.stream.stream()
			.filter((entry) -> entry.row().equals(row))
			.mapToLong(WireEntry::version)
			.max()
			.orElse(0);
	}

	/**
	 * Checks that the versions of each row count up by one, without gaps or repeats.
	 * @throws ScenarioFailure with the versions of the first row where they do not
	 */
	void requireCountedVersions() {
		byRow().forEach((row, entries) -> {
			List<Long> versions = entries.stream().map(WireEntry::version).toList();
			for (int i = 0; i < versions.size(); i++) {
				if (versions.get(i) != i + 1) {
					throw new ScenarioFailure("The server's stream: the versions of " + row
							+ " should be 1, 2, 3 and so on, but are " + versions);
				}
			}
		});
	}

}

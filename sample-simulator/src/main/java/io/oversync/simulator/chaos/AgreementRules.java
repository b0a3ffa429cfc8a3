/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.oversync.simulator.device.Difference;
import io.oversync.simulator.device.StreamEntry;
import io.oversync.simulator.device.StreamReader;

/**
 * What holds when all is quiet.
 */
final class AgreementRules {

	private static final String STREAM = "the stream";

	private AgreementRules() {
	}

	static void queuesDrain(History history, Consumer<String> violations) {
		String unrest = history.evidence().unrest();
		if (!unrest.isEmpty()) {
			violations.accept(unrest);
		}
	}

	static void everybodyAgrees(History history, Consumer<String> violations) {
		Evidence evidence = history.evidence();
		Map<String, List<String>> rows = StreamReader.fold(evidence.stream());
		List<String> differences = new ArrayList<>();
		evidence.contents()
			.forEach((place, contents) -> differences.add(Difference.between(STREAM, rows, place, contents)));
		if (!evidence.versions().isEmpty()) {
			Map<String, List<String>> versions = new TreeMap<>();
			for (StreamEntry entry : evidence.stream()) {
				versions.put(entry.row(), List.of(Long.toString(entry.version()), Boolean.toString(entry.deleted())));
			}
			differences.add(Difference.between(STREAM, versions, "sync.sync_row_meta", evidence.versions()));
		}
		differences.stream().filter((difference) -> !difference.isEmpty()).forEach(violations);
	}

}

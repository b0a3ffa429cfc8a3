/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.oversync.verification.device.Difference;
import io.oversync.verification.device.TableModels;

/**
 * The rules at rest, after all devices have synced.
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

	static void allAgree(History history, Consumer<String> violations) {
		UserEvidence evidence = history.evidence();
		Map<String, List<String>> rows = evidence.tables().fold(evidence.stream());
		List<String> differences = new ArrayList<>();
		evidence.contents()
			.forEach((place, contents) -> differences.add(Difference.between(STREAM, rows, place, contents)));
		if (!evidence.versions().isEmpty()) {
			differences.add(Difference.between(STREAM, TableModels.versions(evidence.stream()), "sync.sync_row_meta",
					evidence.versions()));
		}
		differences.stream().filter((difference) -> !difference.isEmpty()).forEach(violations);
	}

}

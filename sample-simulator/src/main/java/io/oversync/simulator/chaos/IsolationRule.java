/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.util.function.Consumer;

import io.oversync.simulator.device.SampleTable;
import io.oversync.simulator.device.StreamEntry;
import org.jspecify.annotations.Nullable;

/**
 * What holds between users: everything that one of them gets to see was written by a
 * device of theirs. Each row says whose it is, in its {@link SampleTable#label()}.
 */
final class IsolationRule {

	private IsolationRule() {
	}

	static void noStrangers(History history, Consumer<String> violations) {
		String user = history.evidence().user();
		for (SeenPage seen : history.evidence().pages()) {
			for (StreamEntry entry : seen.page().entries()) {
				check(user, entry.table(), entry.payload(), seen.device() + " has downloaded", violations);
			}
		}
		history.sendings().forEach((content, sending) -> {
			for (Answer answer : sending.answers()) {
				Answer.ServerRow row = answer.serverRow();
				if (row != null) {
					String table = content.row().substring(0, content.row().indexOf(' '));
					check(user, table, row.payload(), content + " was answered with", violations);
				}
			}
		});
		history.evidence().contents().forEach((place, rows) -> rows.forEach((row, values) -> {
			SampleTable table = SampleTable.named(row.substring(0, row.indexOf(' ')));
			String label = values.get(table.columns().indexOf(table.label()));
			if (!label.startsWith(user + "/")) {
				violations.accept(place + " holds " + row + ", written by " + label);
			}
		}));
	}

	private static void check(String user, String table, @Nullable String payload, String what,
			Consumer<String> violations) {
		if (payload != null) {
			String label = Payloads.text(payload, SampleTable.named(table).label());
			if (label == null || !label.startsWith(user + "/")) {
				violations.accept(what + " a row of " + table + " that was written by " + label);
			}
		}
	}

}

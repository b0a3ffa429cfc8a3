/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.function.Consumer;

import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;

/**
 * The rule between users: everything that a user receives was written by one of the
 * user's own devices. The {@link TableModel#label()} of each row names its user.
 */
final class IsolationRule {

	private IsolationRule() {
	}

	static void noStrangers(History history, Consumer<String> violations) {
		String user = history.evidence().user();
		for (SeenPage seen : history.evidence().pages()) {
			for (WireEntry entry : seen.page().entries()) {
				check(history, entry.table(), entry.payload(), seen.device() + " has downloaded", violations);
			}
		}
		history.sendings().forEach((content, sending) -> {
			for (Answer answer : sending.answers()) {
				Answer.ShownRow row = answer.serverRow();
				if (row != null) {
					String table = content.row().substring(0, content.row().indexOf(' '));
					check(history, table, row.payload(), content + " was answered with", violations);
				}
			}
		});
		history.evidence().contents().forEach((place, rows) -> rows.forEach((row, values) -> {
			TableModel table = history.table(row.substring(0, row.indexOf(' ')));
			String label = values.get(table.columns().indexOf(table.label()));
			if (!label.startsWith(user + "/")) {
				violations.accept(place + " holds " + row + ", written by " + label);
			}
		}));
	}

	private static void check(History history, String table, @Nullable String payload, String what,
			Consumer<String> violations) {
		if (payload != null) {
			String label = Payloads.text(payload, history.table(table).label());
			if (label == null || !label.startsWith(history.evidence().user() + "/")) {
				violations.accept(what + " a row of " + table + " that was written by " + label);
			}
		}
	}

}

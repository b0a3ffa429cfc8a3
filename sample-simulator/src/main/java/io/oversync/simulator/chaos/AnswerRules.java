package io.oversync.simulator.chaos;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.oversync.simulator.chaos.History.Content;
import io.oversync.simulator.chaos.History.Sending;
import io.oversync.simulator.device.StreamEntry;

/**
 * What holds for the answers to uploads (protocol §2.1).
 */
final class AnswerRules {

	private AnswerRules() {
	}

	static void eachIsAnswered(History history, Consumer<String> violations) {
		for (Upload upload : history.evidence().uploads()) {
			if (upload.answers() != null && upload.answers().size() != upload.changes().size()) {
				violations.accept(upload.device() + " sent " + upload.changes().size() + " changes and got "
						+ upload.answers().size() + " answers");
			}
		}
	}

	/** Otherwise another device's change would be overwritten unseen. */
	static void gatesHold(History history, Consumer<String> violations) {
		for (StreamEntry entry : history.evidence().stream()) {
			Sending sending = history.sending(Content.of(entry));
			if (sending != null && !sending.expected().contains(entry.version() - 1)) {
				violations.accept(Content.of(entry) + " was made on version " + sending.expected()
						+ " and became version " + entry.version());
			}
		}
	}

	static void conflictsAreTrue(History history, Consumer<String> violations) {
		history.sendings().forEach((content, sending) -> {
			for (Answer answer : sending.answers()) {
				if (answer.status().equals("conflict") && !isTrue(history.row(content.row()), answer)) {
					violations.accept(content + " was answered as a conflict with " + answer.serverRow()
							+ ", which the row never was");
				}
			}
		});
	}

	private static boolean isTrue(List<StreamEntry> row, Answer answer) {
		Answer.ServerRow shown = answer.serverRow();
		return shown != null && row.stream()
			.anyMatch((entry) -> entry.version() == shown.version() && entry.deleted() == shown.deleted()
					&& (entry.deleted() || Objects.equals(entry.payload(), shown.payload())));
	}

}

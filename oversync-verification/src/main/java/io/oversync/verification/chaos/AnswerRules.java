/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import java.util.function.Consumer;

import io.oversync.verification.chaos.History.Content;
import io.oversync.verification.chaos.History.Sending;
import io.oversync.verification.device.WireEntry;

/**
 * The rules for answers to uploads (protocol §2.1).
 */
final class AnswerRules {

	private AnswerRules() {
	}

	static void eachIsAnswered(History history, Consumer<String> violations) {
		for (SentUpload upload : history.evidence().uploads()) {
			if (upload.answers() != null && upload.answers().size() != upload.changes().size()) {
				violations.accept(upload.device() + " sent " + upload.changes().size() + " changes and got "
						+ upload.answers().size() + " answers");
			}
		}
	}

	/** Otherwise another device's change would be overwritten unseen. */
	static void gatesHold(History history, Consumer<String> violations) {
		for (WireEntry entry : history.evidence().stream()) {
			Sending sending = history.sending(Content.of(entry));
			if (sending != null && !sending.expected().contains(entry.version() - 1)
					&& !history.beginsAboveExpired(entry)) {
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

	/**
	 * The row after the upload: the entries acknowledged before it, and the upload's own.
	 */
	static void conflictsAreUpToDate(History history, Consumer<String> violations) {
		for (SentUpload upload : history.evidence().uploads()) {
			LongSummaryStatistics places = places(history, upload);
			for (int i = 0; i < upload.changes().size(); i++) {
				String row = upload.changes().get(i).row();
				Answer answer = upload.answer(i);
				Answer.ShownRow shown = (answer != null) ? answer.serverRow() : null;
				if (shown == null) {
					continue;
				}
				for (WireEntry entry : history.row(row)) {
					boolean before = history.isAcknowledgedBefore(entry, upload.started());
					boolean within = entry.serverId() >= places.getMin() && entry.serverId() <= places.getMax();
					if (entry.version() > shown.version() && (before || within)) {
						violations.accept("a conflict of " + upload.device() + " shows " + row + " in version "
								+ shown.version() + ", although entry " + entry.serverId() + " had made version "
								+ entry.version() + " of it " + (before ? "before the upload" : "in the upload"));
					}
				}
			}
		}
	}

	/**
	 * Returns the positions of the upload's own changes: everything between them is its
	 * own, too.
	 */
	private static LongSummaryStatistics places(History history, SentUpload upload) {
		LongSummaryStatistics places = new LongSummaryStatistics();
		for (int i = 0; i < upload.changes().size(); i++) {
			Answer answer = upload.answer(i);
			Content content = Content.of(upload.device(), upload.changes().get(i));
			Sending sending = history.sending(content);
			// one that was sent before may have been applied then
			if (answer != null && answer.applied() && sending != null && sending.arrivals() == 1) {
				history.entries(content).forEach((entry) -> places.accept(entry.serverId()));
			}
		}
		return places;
	}

	private static boolean isTrue(List<WireEntry> row, Answer answer) {
		Answer.ShownRow shown = answer.serverRow();
		return shown != null && row.stream()
			.anyMatch((entry) -> entry.version() == shown.version() && entry.deleted() == shown.deleted()
					&& (entry.deleted() || Objects.equals(entry.payload(), shown.payload())));
	}

}

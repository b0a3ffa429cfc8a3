/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.oversync.verification.device.WireEntry;

/**
 * The rules for deletes that other rows refuse (protocol §2.1, §3): the server restores
 * the row once, and the device receives it before any row that refers to it.
 */
final class RestoreRules {

	private RestoreRules() {
	}

	static void refusedRowsComeBack(History history, Consumer<String> violations) {
		for (SentUpload upload : history.evidence().uploads()) {
			for (int i = 0; i < upload.changes().size(); i++) {
				SentChange change = upload.changes().get(i);
				Answer answer = upload.answer(i);
				if (answer != null && answer.refused() && !comesBack(history.row(change.row()), change.expected())) {
					violations.accept("the delete of " + change.row() + " in version " + change.expected() + " by "
							+ upload.device() + " was refused, and version " + (change.expected() + 1)
							+ " is not the restored row");
				}
			}
		}
	}

	/**
	 * A cascade of the same upload may delete the row nevertheless: then it need not be
	 * restored.
	 */
	private static boolean comesBack(List<WireEntry> row, long version) {
		return row.stream()
			.anyMatch((entry) -> entry.version() == version + 1 && entry.sourceId().equals(History.SERVER)
					&& (entry.deleted() || isRestored(row, entry)));
	}

	/**
	 * Returns whether the server may have restored a row: a device wanted to delete the
	 * version before, and was refused or got no answer. Each version is restored once, so
	 * a delete that is repeated restores nothing.
	 */
	static boolean isRestore(History history, WireEntry entry) {
		return isRestored(history.row(entry.row()), entry)
				&& history.evidence().uploads().stream().anyMatch((upload) -> isMadeFor(upload, entry, true));
	}

	private static boolean isRestored(List<WireEntry> row, WireEntry entry) {
		return entry.sourceId().equals(History.SERVER) && entry.op().equals("UPDATE")
				&& row.stream()
					.anyMatch((before) -> before.version() == entry.version() - 1 && !before.deleted()
							&& Objects.equals(before.payload(), entry.payload()));
	}

	private static boolean isMadeFor(SentUpload upload, WireEntry entry, boolean orUnanswered) {
		for (int i = 0; i < upload.changes().size(); i++) {
			SentChange change = upload.changes().get(i);
			Answer answer = upload.answer(i);
			boolean refused = (answer != null) ? answer.refused() : orUnanswered;
			if (refused && change.op().equals("DELETE") && change.row().equals(entry.row())
					&& change.expected() == entry.version() - 1) {
				return true;
			}
		}
		return false;
	}

	/** A child on the page would come before its parent otherwise. */
	static void pagesBeginWithRestores(History history, Consumer<String> violations) {
		List<WireEntry> restores = history.evidence()
			.stream()
			.stream()
			.filter((entry) -> entry.sourceId().equals(History.SERVER) && isRestored(history.row(entry.row()), entry))
			.toList();
		for (SeenPage seen : history.evidence().pages()) {
			List<WireEntry> ahead = seen.ahead();
			List<WireEntry> behind = restores.stream()
				.filter((entry) -> entry.serverId() > seen.page().nextAfter()
						&& entry.serverId() <= seen.page().windowUntil())
				.toList();
			List<WireEntry> possible = behind.stream()
				.filter((entry) -> isMadeFor(history, seen, entry, true))
				.toList();
			List<WireEntry> due = behind.stream()
				.filter((entry) -> isMadeFor(history, seen, entry, false) && !isAcknowledged(history, seen, entry))
				.toList();
			String page = seen.device() + " asked for what comes after " + seen.after() + ", and the page up to "
					+ seen.page().nextAfter();
			if (!ahead.containsAll(due)) {
				violations.accept(
						page + " does not begin with the restored rows at " + ids(due) + ", but with " + ids(ahead));
			}
			if (!ahead.equals(possible.stream().filter(ahead::contains).toList())
					|| !seen.page().entries().subList(0, ahead.size()).equals(ahead)) {
				violations.accept(page + " has entries " + ids(ahead) + " before their place, restored for it were "
						+ ids(possible));
			}
		}
	}

	private static boolean isMadeFor(History history, SeenPage seen, WireEntry entry, boolean orUnanswered) {
		return history.evidence()
			.uploads()
			.stream()
			.anyMatch((upload) -> upload.device().equals(seen.device()) && isMadeFor(upload, entry, orUnanswered));
	}

	/**
	 * Changes sent before the page was complete may have reached the server before it.
	 */
	private static boolean isAcknowledged(History history, SeenPage seen, WireEntry entry) {
		return history.evidence()
			.acknowledgements()
			.stream()
			.anyMatch((acknowledgement) -> acknowledgement.device().equals(seen.device())
					&& acknowledgement.position() >= entry.serverId() && acknowledgement.started() < seen.ended());
	}

	private static List<Long> ids(List<WireEntry> entries) {
		return entries.stream().map(WireEntry::serverId).toList();
	}

}

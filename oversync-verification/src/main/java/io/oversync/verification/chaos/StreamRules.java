/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.verification.chaos.History.Content;
import io.oversync.verification.chaos.History.Sending;
import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;

/**
 * The rules for a user's change stream (protocol §2.1, §3).
 */
final class StreamRules {

	private static final String DELETE = "DELETE";

	private StreamRules() {
	}

	/**
	 * Sent again with a version that is not lower than its result it is another change.
	 */
	static void exactlyOnce(History history, Consumer<String> violations) {
		history.sendings().forEach((content, sending) -> {
			List<WireEntry> entries = history.entries(content);
			if (entries.stream().skip(1).anyMatch((entry) -> !sending.expected().contains(entry.version() - 1))) {
				violations.accept(content + " is in the stream " + entries.size() + " times, at "
						+ entries.stream().map(WireEntry::serverId).toList());
			}
			for (Answer answer : sending.applied()) {
				if (entries.isEmpty()) {
					if (!isDeleteOfNothing(history, content) && !isDeleteOfLost(history, content, sending, answer)) {
						violations.accept(content + " was answered as applied with version " + answer.version()
								+ " and is not in the stream");
					}
				}
				else if (entries.stream().noneMatch((entry) -> entry.version() == answer.version())
						&& !isDeleteOfUnknown(history, content, sending, answer)) {
					violations.accept(content + " was answered as applied with version " + answer.version()
							+ " and is in the stream with version " + entries.get(0).version());
				}
			}
		});
	}

	/** Such a delete is answered as applied and leaves no entry. */
	private static boolean isDeleteOfNothing(History history, Content content) {
		List<WireEntry> row = history.row(content.row());
		return content.op().equals(DELETE) && (row.isEmpty() || row.stream().anyMatch(WireEntry::deleted));
	}

	/**
	 * The server has lost the row, and answers its delete with the version that it
	 * expected. Another device may bring the row back after that, or send an insert again
	 * that was never answered.
	 */
	private static boolean isDeleteOfLost(History history, Content content, Sending sending, Answer answer) {
		if (!content.op().equals(DELETE) || history.evidence().lost().isEmpty()
				|| !sending.expected().contains(answer.version())) {
			return false;
		}
		WireEntry first = history.row(content.row()).get(0);
		Sending insert = history.sending(Content.of(first));
		return first.version() > answer.version() || (insert != null && insert.firstApplied() > sending.firstApplied());
	}

	/**
	 * A delete that arrives once more is answered with the version that it expected if
	 * the server does not know the row at that time: it has lost the row, or the
	 * tombstone has expired.
	 */
	private static boolean isDeleteOfUnknown(History history, Content content, Sending sending, Answer answer) {
		return content.op().equals(DELETE) && sending.expected().contains(answer.version())
				&& (!history.evidence().lost().isEmpty()
						|| history.entries(content).stream().noneMatch(history::isLeft));
	}

	static void noGhosts(History history, Consumer<String> violations) {
		for (WireEntry entry : history.evidence().stream()) {
			if (entry.sourceId().equals(History.SERVER)) {
				if (!followsFromDelete(history, entry) && !RestoreRules.isRestore(history, entry)
						&& !ApplicationRules.isWritten(history, entry)
						&& !ApplicationRules.goesWithNewParent(history, entry)) {
					violations.accept("the server itself has made entry " + entry.serverId() + " (" + entry.op() + " "
							+ entry.row() + "); no parent of that row was deleted, no delete of version "
							+ (entry.version() - 1) + " was refused, and the application did not write it like that: "
							+ ApplicationRules.describe(history.row(entry.row())));
				}
				continue;
			}
			Content content = Content.of(entry);
			Sending sending = history.sending(content);
			if (sending == null) {
				violations.accept("entry " + entry.serverId() + " is " + content + ", which no device sent like that");
			}
			else if (sending.applied().isEmpty() && !sending.unanswered()) {
				violations.accept("entry " + entry.serverId() + " is " + content + ", which was answered as "
						+ sending.answers().stream().map(Answer::status).toList());
			}
		}
	}

	static boolean followsFromDelete(History history, WireEntry entry) {
		List<WireEntry> row = history.row(entry.row());
		int place = row.indexOf(entry);
		String before = (place > 0) ? row.get(place - 1).payload() : null;
		if (before == null) {
			return false;
		}
		TableModel table = history.table(entry.table());
		for (ColumnModel column : table.others()) {
			String parent = column.parent().isEmpty() ? null : Payloads.text(before, column);
			if (parent != null && history.row(column.parent() + " " + parent).stream().anyMatch(WireEntry::deleted)) {
				return true;
			}
		}
		return false;
	}

	static void versionsCountUp(History history, Consumer<String> violations) {
		history.rows().forEach((row, entries) -> {
			List<Long> versions = entries.stream().map(WireEntry::version).toList();
			// a row that the server has lost goes on with its next version
			long first = history.evidence().lost().isEmpty() ? 1 : versions.get(0);
			for (int i = 0; i < versions.size(); i++) {
				long next = (i == 0) ? first : versions.get(i - 1) + 1;
				WireEntry entry = entries.get(i);
				if (entry.version() != next && !history.beginsAboveExpired(entry) && !history.isTakenForLost(entry)) {
					violations.accept(row + " has the versions " + versions);
					return;
				}
			}
		});
		long before = 0;
		for (WireEntry entry : history.evidence().stream()) {
			if (entry.serverId() <= before) {
				violations.accept("entry " + entry.serverId() + " follows entry " + before);
			}
			before = entry.serverId();
		}
	}

	/**
	 * A change that was acknowledged before another one was sent comes before it.
	 */
	static void keepsOrder(History history, Consumer<String> violations) {
		long latestStart = Long.MIN_VALUE;
		@Nullable WireEntry latest = null;
		for (WireEntry entry : history.evidence().stream()) {
			Sending sending = history.sending(Content.of(entry));
			if (sending == null) {
				continue;
			}
			if (latest != null && sending.firstApplied() < latestStart) {
				violations.accept(Content.of(entry) + " is entry " + entry.serverId() + " and comes after entry "
						+ latest.serverId() + ", " + Content.of(latest)
						+ ", which was sent when the former had been answered already");
			}
			if (sending.firstStarted() > latestStart) {
				latestStart = sending.firstStarted();
				latest = entry;
			}
		}
	}

}

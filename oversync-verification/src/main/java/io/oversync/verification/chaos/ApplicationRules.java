/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import io.oversync.verification.chaos.History.Content;
import io.oversync.verification.chaos.History.Sending;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules for what the application itself writes: it reaches the stream of the row's
 * user as changes of the server, and no device overwrites it unseen. Several writes of a
 * row may become one change.
 */
final class ApplicationRules {

	private ApplicationRules() {
	}

	/** Returns whether a change of the server may show what the application wrote. */
	static boolean isWritten(History history, WireEntry entry) {
		String user = history.evidence().user();
		String label = history.label(entry);
		return history.writes(entry.row())
			.stream()
			.anyMatch((write) -> !write.rolledBack() && (entry.deleted() ? write.takes(user)
					: write.gives(user) && Objects.equals(write.label(), label)));
	}

	/**
	 * Returns whether the application may have given a row another parent, with which the
	 * row was gone before that write came into the stream.
	 */
	static boolean goesWithNewParent(History history, WireEntry entry) {
		return entry.deleted() && history.writes(entry.row())
			.stream()
			.anyMatch((write) -> !write.rolledBack() && write.gives(history.evidence().user())
					&& givesParent(history, write)
					&& history.row(entry.row())
						.stream()
						.noneMatch((seen) -> Objects.equals(history.label(seen), write.label())));
	}

	private static boolean givesParent(History history, ApplicationWrite write) {
		return tableOf(history, write.row()).others()
			.stream()
			.anyMatch((column) -> column.cascading()
					&& (write.columns().isEmpty() || write.columns().contains(column.name())));
	}

	private static TableModel tableOf(History history, String row) {
		return history.table(row.substring(0, row.indexOf(' ')));
	}

	static void inOrder(History history, Consumer<String> violations) {
		history.rows().forEach((row, entries) -> {
			List<ApplicationWrite> writes = history.writes(row);
			int seen = -1;
			WireEntry before = null;
			for (WireEntry entry : entries) {
				int place = place(history, entry, seen);
				if (place >= 0 && place <= seen && !addsColumns(history, before, entry)) {
					violations.accept("entry " + entry.serverId() + " (" + entry.op() + " " + row
							+ " by the server) shows what the application wrote as number " + (place + 1) + " of "
							+ writes.size() + " once more, or after a later one: " + describe(entries));
				}
				else if (place < 0 && isTakenAgain(history, entry)) {
					violations.accept("entry " + entry.serverId() + " (" + entry.op() + " " + row
							+ " by the server) ends the row once more than the application did: " + describe(entries));
				}
				seen = Math.max(seen, place);
				before = entry;
			}
		});
	}

	/**
	 * Returns whether a row follows with columns that the application had written before
	 * a device came that has them.
	 */
	private static boolean addsColumns(History history, @Nullable WireEntry before, WireEntry entry) {
		String former = (before != null) ? before.payload() : null;
		String latter = entry.payload();
		if (former == null || latter == null) {
			return false;
		}
		Map<String, JsonNode> added = Payloads.members(latter);
		boolean same = added.entrySet().containsAll(Payloads.members(former).entrySet());
		added.keySet().removeAll(Payloads.members(former).keySet());
		return same && !added.isEmpty()
				&& added.keySet().stream().allMatch((member) -> isSent(history, entry.table(), member));
	}

	private static boolean isSent(History history, String table, String member) {
		return history.sendings()
			.keySet()
			.stream()
			.anyMatch((content) -> content.row().startsWith(table + " ") && content.payload() != null
					&& Payloads.members(content.payload()).containsKey(member));
	}

	private static boolean isTakenAgain(History history, WireEntry entry) {
		return entry.sourceId().equals(History.SERVER) && entry.deleted()
				&& !StreamRules.followsFromDelete(history, entry) && isWritten(history, entry);
	}

	/**
	 * Returns the place of what a change of the server shows among the application's
	 * writes of the row.
	 * @return the index; -1 for a change that shows none, or one of a row that went with
	 * its parent
	 */
	private static int place(History history, WireEntry entry, int seen) {
		if (!entry.sourceId().equals(History.SERVER) || RestoreRules.isRestore(history, entry)) {
			return -1;
		}
		String user = history.evidence().user();
		List<ApplicationWrite> writes = history.writes(entry.row());
		if (!entry.deleted()) {
			return place(writes, history.label(entry));
		}
		if (!StreamRules.followsFromDelete(history, entry)) {
			for (int i = seen + 1; i < writes.size(); i++) {
				if (!writes.get(i).rolledBack() && writes.get(i).takes(user)) {
					return i;
				}
			}
		}
		return -1;
	}

	private static int place(List<ApplicationWrite> writes, @Nullable String label) {
		for (int i = 0; i < writes.size(); i++) {
			if (label != null && label.equals(writes.get(i).label())) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * The last write of each row is in the stream, and a row that the application has
	 * taken from the user ends there.
	 */
	static void noneLost(History history, Consumer<String> violations) {
		String user = history.evidence().user();
		history.writes().forEach((row, writes) -> {
			ApplicationWrite last = writes.stream()
				.filter((write) -> !write.rolledBack())
				.reduce((a, b) -> b)
				.orElse(null);
			if (last == null || !last.committed()) {
				return;
			}
			List<WireEntry> entries = history.row(row);
			if (last.gives(user)) {
				boolean shown = entries.stream()
					.anyMatch((entry) -> Objects.equals(history.label(entry), last.label()));
				// a device may have brought it back since
				boolean gone = entries.isEmpty() || entries.stream().anyMatch(WireEntry::deleted);
				if (!shown && !(gone && goesWithParent(history, row))) {
					violations.accept("the application wrote " + row + " as " + last.label()
							+ ", which never reached the stream; there the row has " + describe(entries));
				}
			}
			else if (last.takes(user) && isLiveSince(history, entries, last)) {
				violations.accept("the application took " + row + " away" + to(last)
						+ ", and the stream does not end it; there the row has " + describe(entries));
			}
		});
	}

	private static String to(ApplicationWrite write) {
		return (write.owner() != null) ? ", for " + write.owner() : "";
	}

	/** Returns whether an entry from before a write is the row's until the end. */
	private static boolean isLiveSince(History history, List<WireEntry> entries, ApplicationWrite write) {
		List<ApplicationWrite> writes = history.writes(write.row());
		boolean live = false;
		for (WireEntry entry : entries) {
			if (entry.deleted()) {
				live = false;
			}
			else if (entry.sourceId().equals(History.SERVER)) {
				int place = place(writes, history.label(entry));
				live |= place >= 0 && place < writes.indexOf(write);
			}
			else {
				Sending sending = history.sending(Content.of(entry));
				live |= sending != null && sending.firstApplied() < write.started();
			}
		}
		return live;
	}

	private static boolean goesWithParent(History history, String row) {
		return tableOf(history, row).others().stream().anyMatch(ColumnModel::cascading);
	}

	static String describe(List<WireEntry> entries) {
		return entries.stream()
			.map((entry) -> entry.version() + " " + entry.op() + " by " + entry.sourceId())
			.toList()
			.toString();
	}

	/**
	 * A change of a device that was sent after a commit of the application was made on a
	 * version that shows it.
	 */
	static void noneOverwritten(History history, Consumer<String> violations) {
		history.rows().forEach((row, entries) -> {
			if (history.writes(row).isEmpty()) {
				return;
			}
			int seen = -1;
			boolean live = false;
			for (WireEntry entry : entries) {
				Sending sending = history.sending(Content.of(entry));
				if (sending != null) {
					int due = lastBefore(history, row, sending.firstStarted());
					if (due > seen && isDue(history, row, due, live)) {
						violations.accept(Content.of(entry) + " was applied as version " + entry.version()
								+ ", on top of what the application had committed before it was sent, and the stream "
								+ "does not show, as number " + (due + 1) + " of its writes of the row: "
								+ describe(entries));
					}
				}
				seen = Math.max(seen, entry.deleted() ? taken(history, entry, seen) : place(history, entry, seen));
				live = !entry.deleted();
			}
		});
	}

	/** It may have gone with its parent as well as by itself. */
	private static int taken(History history, WireEntry entry, int seen) {
		String user = history.evidence().user();
		List<ApplicationWrite> writes = history.writes(entry.row());
		for (int i = seen + 1; i < writes.size() && entry.sourceId().equals(History.SERVER); i++) {
			if (!writes.get(i).rolledBack() && writes.get(i).takes(user)) {
				return i;
			}
		}
		return -1;
	}

	/** A row that the stream never had need not end there. */
	private static boolean isDue(History history, String row, int due, boolean live) {
		ApplicationWrite write = history.writes(row).get(due);
		return live || (write.gives(history.evidence().user()) && !goesWithParent(history, row));
	}

	private static int lastBefore(History history, String row, long time) {
		String user = history.evidence().user();
		List<ApplicationWrite> writes = history.writes(row);
		for (int i = writes.size() - 1; i >= 0; i--) {
			ApplicationWrite write = writes.get(i);
			if (write.committed() && write.ended() < time && (write.gives(user) || write.takes(user))) {
				return i;
			}
		}
		return -1;
	}

	static void rolledBackIsUnseen(History history, Consumer<String> violations) {
		Set<String> labels = new HashSet<>();
		history.writes()
			.values()
			.forEach((writes) -> writes.stream()
				.filter((write) -> write.rolledBack() && write.label() != null)
				.forEach((write) -> labels.add(write.label())));
		if (labels.isEmpty()) {
			return;
		}
		UserEvidence evidence = history.evidence();
		evidence.stream().forEach((entry) -> check(history, labels, entry, "the stream", violations));
		for (List<SeenPage> pages : List.of(evidence.pages(), evidence.lostPages())) {
			pages.forEach((seen) -> seen.page()
				.entries()
				.forEach((entry) -> check(history, labels, entry, "a page of " + seen.device(), violations)));
		}
		evidence.contents().forEach((place, rows) -> rows.forEach((row, values) -> {
			if (values.stream().anyMatch(labels::contains)) {
				violations.accept(place + " has " + row + " as a transaction of the application that was rolled back");
			}
		}));
		history.sendings().forEach((content, sending) -> {
			String table = content.row().substring(0, content.row().indexOf(' '));
			for (Answer answer : sending.answers()) {
				Answer.ShownRow shown = answer.serverRow();
				if (shown != null && shown.payload() != null
						&& labels.contains(Payloads.text(shown.payload(), history.table(table).label()))) {
					violations.accept("a conflict shows " + content.row()
							+ " as a transaction of the application that was rolled back");
				}
			}
		});
	}

	private static void check(History history, Set<String> labels, WireEntry entry, String place,
			Consumer<String> violations) {
		String label = history.label(entry);
		if (label != null && labels.contains(label)) {
			violations.accept(place + " shows entry " + entry.serverId() + ", " + entry.row()
					+ " as a transaction of the application that was rolled back");
		}
	}

}

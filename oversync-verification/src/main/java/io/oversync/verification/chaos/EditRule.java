/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.oversync.verification.chaos.History.Content;
import io.oversync.verification.chaos.History.Sending;
import io.oversync.verification.device.RandomEdits.RowEdit;
import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.WireEntry;

/**
 * The rule for users: the last edit of a row has reached the stream, or the client has
 * reported a conflict or a refusal.
 */
final class EditRule {

	private EditRule() {
	}

	static void nothingForgotten(History history, Consumer<String> violations) {
		Set<String> labels = new HashSet<>();
		for (WireEntry entry : history.evidence().stream()) {
			if (entry.payload() != null) {
				labels.add(Payloads.text(entry.payload(), history.table(entry.table()).label()));
			}
		}
		Superseded superseded = Superseded.of(history);
		labels.addAll(superseded.labels);
		for (LastEdit last : history.evidence().edits()) {
			RowEdit edit = last.edit();
			String row = edit.table().rowName(edit.key());
			if (last.reported() || (edit.label() == null && superseded.deleted.contains(row))) {
				continue;
			}
			if (edit.label() != null && !labels.contains(edit.label())) {
				violations.accept(last.device() + " wrote " + row + " as " + edit.label()
						+ ", which never reached the stream, and no conflict or refusal was reported"
						+ fate(history, row));
			}
			if (edit.label() == null && !wasDeleted(history.row(row))) {
				violations.accept(last.device() + " deleted " + row
						+ ", which was never deleted, and no conflict or refusal was reported" + fate(history, row));
			}
		}
	}

	/** Describes the fate of a row, including the time before the server was restored. */
	private static String fate(History history, String row) {
		List<String> lost = new ArrayList<>();
		Superseded.each(history.evidence().lost(), (change, version) -> {
			if (change.row().equals(row)) {
				lost.add(version + " " + change.op());
			}
		});
		List<String> kept = history.row(row)
			.stream()
			.map((entry) -> entry.version() + " " + entry.op() + " by " + entry.sourceId())
			.toList();
		return "; there the row has the versions " + kept + (lost.isEmpty() ? "" : ", the server has lost " + lost);
	}

	private static boolean wasDeleted(List<WireEntry> row) {
		return row.isEmpty() || row.stream().anyMatch(WireEntry::deleted);
	}

	/**
	 * Edits that the server applied and lost when it was restored, and that need not be
	 * in the stream: those that a later edit of the same row had replaced already, which
	 * was applied, too, or was made on top of them and brought the row back under its
	 * next version; those that the server itself had replaced, as a device has seen;
	 * those that a device had received that changed the row later; and those of rows that
	 * the server deleted with a parent in the end.
	 *
	 * @param labels the labels of the edits
	 * @param deleted rows that were deleted
	 */
	private record Superseded(Set<String> labels, Set<String> deleted) {

		static Superseded of(History history) {
			List<SentUpload> lost = history.evidence().lost();
			Map<String, Long> latest = new HashMap<>();
			each(lost, (change, version) -> latest.merge(change.row(), version, Math::max));
			// what the application did is in pages alone
			history.evidence()
				.lostPages()
				.forEach((seen) -> seen.page()
					.entries()
					.forEach((entry) -> latest.merge(entry.row(), entry.version(), Math::max)));
			latest.replaceAll((row, version) -> Math.max(version, first(history.row(row))));
			Superseded superseded = new Superseded(new HashSet<>(), new HashSet<>());
			each(lost, (change, version) -> {
				if (version < latest.getOrDefault(change.row(), 0L)) {
					superseded.add(history, change);
				}
			});
			each(lost, (change, version) -> {
				if (isBuiltOn(history, change, version)) {
					superseded.add(history, change);
				}
			});
			Set<String> gone = new HashSet<>();
			each(lost, (change, version) -> {
				if (change.payload() == null) {
					gone.add(change.row());
				}
			});
			each(lost, (change, version) -> {
				if (goesWithParent(history, change, gone) && isGone(history.row(change.row()))) {
					superseded.add(history, change);
				}
			});
			return superseded;
		}

		/** Whether a device that had received it has changed the row afterwards. */
		private static boolean isBuiltOn(History history, SentChange change, long version) {
			return history.evidence()
				.lostPages()
				.stream()
				.filter((seen) -> seen.page().entries().stream().anyMatch((entry) -> isSame(entry, change, version)))
				.anyMatch((seen) -> history.row(change.row())
					.stream()
					.anyMatch((entry) -> entry.sourceId().equals(seen.device()) && isSentAfter(history, entry, seen)));
		}

		private static boolean isSame(WireEntry entry, SentChange change, long version) {
			return entry.row().equals(change.row()) && entry.version() == version
					&& Objects.equals(entry.payload(), change.payload());
		}

		private static boolean isSentAfter(History history, WireEntry entry, SeenPage seen) {
			Sending sending = history.sending(Content.of(entry));
			return sending != null && sending.firstStarted() > seen.ended();
		}

		/**
		 * Returns whether the server deleted the row, in a version that no device sent.
		 */
		private static boolean goesWithParent(History history, SentChange change, Set<String> gone) {
			String payload = change.payload();
			return payload != null && history.table(change.table())
				.others()
				.stream()
				.filter(ColumnModel::cascading)
				.anyMatch((column) -> gone.contains(column.parent() + " " + Payloads.text(payload, column)));
		}

		private static boolean isGone(List<WireEntry> row) {
			return row.isEmpty() || row.get(row.size() - 1).deleted();
		}

		private static long first(List<WireEntry> row) {
			return row.isEmpty() ? 0 : row.get(0).version();
		}

		private void add(History history, SentChange change) {
			if (change.payload() == null) {
				this.deleted.add(change.row());
				return;
			}
			this.labels.add(Payloads.text(change.payload(), history.table(change.table()).label()));
		}

		private static void each(List<SentUpload> uploads, BiConsumer<SentChange, Long> consumer) {
			for (SentUpload upload : uploads) {
				for (int i = 0; i < upload.changes().size(); i++) {
					Answer answer = upload.answer(i);
					if (answer != null && answer.applied()) {
						consumer.accept(upload.changes().get(i), answer.version());
					}
				}
			}
		}

	}

}

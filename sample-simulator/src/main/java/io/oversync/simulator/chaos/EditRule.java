package io.oversync.simulator.chaos;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.oversync.simulator.device.RandomEdits.RowEdit;
import io.oversync.simulator.device.SampleTable;
import io.oversync.simulator.device.StreamEntry;

/**
 * What holds for the people at the devices: the last thing that they did to a row has
 * reached the stream, or they were told of a conflict or a refusal.
 */
final class EditRule {

	private EditRule() {
	}

	static void nothingForgotten(History history, Consumer<String> violations) {
		Set<String> labels = new HashSet<>();
		for (StreamEntry entry : history.evidence().stream()) {
			if (entry.payload() != null) {
				labels.add(Payloads.text(entry.payload(), SampleTable.named(entry.table()).label()));
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
						+ ", which never reached the stream, and nobody was told");
			}
			if (edit.label() == null && !wasDeleted(history.row(row))) {
				violations.accept(last.device() + " deleted " + row + ", which was never deleted, and nobody was told");
			}
		}
	}

	private static boolean wasDeleted(List<StreamEntry> row) {
		return row.isEmpty() || row.stream().anyMatch(StreamEntry::deleted);
	}

	/**
	 * Edits that the server took and forgot when it was put back, when a later one of the
	 * same row had taken their place already: it was taken, too, or was made on top of
	 * them and brought the row back, which goes on with its next version then.
	 *
	 * @param labels what was written
	 * @param deleted rows that were deleted
	 */
	private record Superseded(Set<String> labels, Set<String> deleted) {

		static Superseded of(History history) {
			List<Upload> lost = history.evidence().lost();
			Map<String, Long> latest = new HashMap<>();
			each(lost, (change, version) -> latest.merge(change.row(), version, Math::max));
			latest.replaceAll((row, version) -> Math.max(version, first(history.row(row))));
			Superseded superseded = new Superseded(new HashSet<>(), new HashSet<>());
			each(lost, (change, version) -> {
				if (version < latest.getOrDefault(change.row(), 0L)) {
					superseded.add(change);
				}
			});
			return superseded;
		}

		private static long first(List<StreamEntry> row) {
			return row.isEmpty() ? 0 : row.get(0).version();
		}

		private void add(SentChange change) {
			if (change.payload() == null) {
				this.deleted.add(change.row());
				return;
			}
			SampleTable table = SampleTable.named(change.row().substring(0, change.row().indexOf(' ')));
			this.labels.add(Payloads.text(change.payload(), table.label()));
		}

		private static void each(List<Upload> uploads, BiConsumer<SentChange, Long> consumer) {
			for (Upload upload : uploads) {
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

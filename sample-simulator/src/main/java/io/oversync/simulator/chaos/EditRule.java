package io.oversync.simulator.chaos;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
		for (LastEdit last : history.evidence().edits()) {
			RowEdit edit = last.edit();
			if (last.reported()) {
				continue;
			}
			String row = edit.table().rowName(edit.key());
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

}

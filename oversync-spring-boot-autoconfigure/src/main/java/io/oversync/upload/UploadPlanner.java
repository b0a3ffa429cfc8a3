package io.oversync.upload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.oversync.catalog.RowKey;
import io.oversync.catalog.TableCatalog;
import io.oversync.materialize.BusinessWrite;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;

/**
 * Decides what an upload does (protocol §2.1), as a pure function: no SQL, no clock, no
 * state.
 * <ol>
 * <li>A change that was applied before is answered as it was then, and takes no further
 * part.</li>
 * <li>The rest is cut into pieces in which rows may be reordered ({@link Piece}).</li>
 * <li>Of each piece, first the upserts are decided, parents first ({@link UpsertPhase}),
 * then the deletes, children first ({@link DeletePhase}).</li>
 * </ol>
 */
final class UploadPlanner {

	private final TableCatalog catalog;

	UploadPlanner(TableCatalog catalog) {
		this.catalog = catalog;
	}

	/**
	 * Plans an upload.
	 * @param changes the valid changes, in request order
	 * @param facts what the database says about them
	 * @return what to answer and what to write
	 */
	UploadPlan plan(List<Change> changes, UploadFacts facts) {
		Map<Integer, Outcome> outcomes = new HashMap<>();
		List<Change> fresh = new ArrayList<>();
		for (Change change : changes) {
			Long version = facts.replays().get(change.index());
			if (version != null) {
				outcomes.put(change.index(), new Outcome.Applied(version));
			}
			else {
				fresh.add(change);
			}
		}
		BatchState state = new BatchState(facts);
		List<List<BusinessWrite>> stages = new ArrayList<>();
		List<Piece> pieces = Piece.cut(fresh);
		Map<RowKey, Integer> lastPieces = lastPieces(pieces);
		List<Change> postponed = List.of();
		for (int i = 0; i < pieces.size(); i++) {
			Piece piece = pieces.get(i);
			int current = i;
			Predicate<RowKey> touchedLater = (row) -> lastPieces.getOrDefault(row, -1) > current;
			int start = state.entries().size();
			new UpsertPhase(this.catalog, facts, state).run(piece.upserts(), outcomes);
			int upserted = state.entries().size();
			DeletePhase deletePhase = new DeletePhase(this.catalog, facts, state);
			List<Change> deletes = new ArrayList<>(postponed);
			deletes.addAll(piece.deletes());
			postponed = deletePhase.run(deletes, outcomes, touchedLater);
			addStage(stages, upserts(state.entries().subList(start, upserted)));
			addStage(stages, deletePhase.unlinked());
			addStage(stages, deletes(state.entries().subList(upserted, state.entries().size())));
		}
		return new UploadPlan(outcomes, state.entries(), state.newStates(), stages);
	}

	private static Map<RowKey, Integer> lastPieces(List<Piece> pieces) {
		Map<RowKey, Integer> lastPieces = new HashMap<>();
		for (int i = 0; i < pieces.size(); i++) {
			for (Change change : pieces.get(i).upserts()) {
				lastPieces.put(change.row(), i);
			}
			for (Change change : pieces.get(i).deletes()) {
				lastPieces.put(change.row(), i);
			}
		}
		return lastPieces;
	}

	private static void addStage(List<List<BusinessWrite>> stages, List<BusinessWrite> writes) {
		if (!writes.isEmpty()) {
			stages.add(writes);
		}
	}

	private static List<BusinessWrite> upserts(List<StreamEntry> entries) {
		Map<RowKey, List<StreamEntry>> byRow = new LinkedHashMap<>();
		for (StreamEntry entry : entries) {
			byRow.computeIfAbsent(entry.row(), (row) -> new ArrayList<>()).add(entry);
		}
		return byRow.values().stream().map(UploadPlanner::merge).toList();
	}

	private static BusinessWrite merge(List<StreamEntry> upserts) {
		StreamEntry last = upserts.get(upserts.size() - 1);
		List<Payload> images = new ArrayList<>(upserts.size());
		for (StreamEntry upsert : upserts) {
			if (upsert.payload() != null) {
				images.add(upsert.payload());
			}
		}
		return new BusinessWrite(last.row(), last.version(), last.op(), images, last.payload());
	}

	private static List<BusinessWrite> deletes(List<StreamEntry> entries) {
		return entries.stream()
			.filter((entry) -> entry.op() == Operation.DELETE)
			.map((entry) -> new BusinessWrite(entry.row(), entry.version(), entry.op(), List.of(), null))
			.toList();
	}

}

package io.oversync.upload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.oversync.catalog.RowKey;
import io.oversync.catalog.TableCatalog;
import io.oversync.materialize.BusinessWrite;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.upload.BatchState.Row;

/**
 * Decides what an upload does (protocol §2.1), as a pure function: no SQL, no clock, no
 * state.
 * <ol>
 * <li>A change that was applied before is answered as it was then, and takes no further
 * part.</li>
 * <li>The rest is cut into pieces in which rows may be reordered ({@link Piece}).</li>
 * <li>Of each piece, first the upserts are decided, parents first ({@link UpsertPhase}),
 * then the deletes, children first ({@link DeletePhase}).</li>
 * <li>At the end rows whose delete was refused are restored ({@link RefusedDeletes}), and
 * conflicts show their rows as the upload leaves them.</li>
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
		BatchState state = new BatchState(facts, Applications.none(fresh));
		RefusedDeletes refusedDeletes = new RefusedDeletes(this.catalog, state);
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
			DeletePhase deletePhase = new DeletePhase(this.catalog, facts, state, refusedDeletes);
			List<Change> deletes = new ArrayList<>(postponed);
			deletes.addAll(piece.deletes());
			postponed = deletePhase.run(deletes, outcomes, touchedLater);
			addStage(stages, upserts(state.entries().subList(start, upserted)));
			addStage(stages, deletePhase.unlinked());
			addStage(stages, deletes(state.entries().subList(upserted, state.entries().size())));
		}
		settle(fresh, outcomes, state, refusedDeletes);
		return new UploadPlan(outcomes, state.entries(), state.restores(), state.newStates(), stages);
	}

	/**
	 * Answers what was not applied by the state that the upload leaves behind.
	 */
	private static void settle(List<Change> changes, Map<Integer, Outcome> outcomes, BatchState state,
			RefusedDeletes refusedDeletes) {
		Map<RowKey, List<Change>> conflicts = new HashMap<>();
		for (Change change : changes) {
			Outcome outcome = outcomes.get(change.index());
			if (outcome instanceof Outcome.Applied || outcome instanceof Outcome.Missing) {
				continue;
			}
			Row row = state.row(change.row());
			if (!change.op().isUpsert() && !row.isLive()) {
				// a cascade deleted it all the same
				outcomes.put(change.index(), new Outcome.Applied(row.version()));
			}
			else if (outcome instanceof Outcome.Conflict) {
				conflicts.computeIfAbsent(change.row(), (key) -> new ArrayList<>()).add(change);
			}
		}
		refusedDeletes.restore();
		Map<RowKey, Set<RowKey>> waiting = refusedDeletes.waiting(conflicts);
		conflicts.forEach((row, refused) -> {
			Set<RowKey> parents = waiting.get(row);
			Outcome outcome = (parents != null) ? new Outcome.Missing(List.copyOf(parents)) : state.conflict(row);
			refused.forEach((change) -> outcomes.put(change.index(), outcome));
		});
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

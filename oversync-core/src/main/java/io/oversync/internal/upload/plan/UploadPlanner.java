/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.upload.plan.DeleteEffects.PlanContext;
import io.oversync.protocol.Deadline;

/**
 * Plans an upload (protocol §2.1) as a pure function: no SQL, no clock, no state.
 * <ol>
 * <li>A change that was applied before is answered as it was then, and takes no further
 * part.</li>
 * <li>The rest is cut into groups in which rows may be reordered
 * ({@link ReorderGroup}).</li>
 * <li>Of each group, first the upserts are decided, parents first ({@link UpsertPhase}),
 * then the deletes, children first ({@link DeletePhase}).</li>
 * <li>The entries of a row become one business write ({@link BusinessWrites}).</li>
 * <li>At the end rows whose delete was refused are restored ({@link RefusedDeletes}), and
 * conflicts show their rows as the upload leaves them.</li>
 * </ol>
 */
public final class UploadPlanner {

	private final TableCatalog catalog;

	public UploadPlanner(TableCatalog catalog) {
		this.catalog = catalog;
	}

	/**
	 * Plans an upload.
	 * @param changes the valid changes, in request order
	 * @param facts the facts about them
	 * @param contents the digests of their payloads
	 * @param deadline of the upload
	 * @return the plan
	 */
	public UploadPlan plan(List<Change> changes, UploadFacts facts, Contents contents, Deadline deadline) {
		Map<Integer, Outcome> outcomes = new HashMap<>();
		List<Change> fresh = new ArrayList<>();
		for (Change change : changes) {
			Long version = facts.replays().versions().get(change.index());
			if (version != null) {
				outcomes.put(change.index(), new Outcome.Applied(version));
			}
			else {
				fresh.add(change);
			}
		}
		PlannedRows state = new PlannedRows(facts, Applications.none(fresh, contents));
		RefusedDeletes refusedDeletes = new RefusedDeletes(this.catalog, state);
		List<ReorderGroup> groups = ReorderGroup.cut(fresh);
		Map<RowKey, Integer> lastGroups = lastGroups(groups);
		PlanContext context = new PlanContext(this.catalog, state, (row) -> lastGroups.getOrDefault(row, -1), deadline);
		Map<Integer, List<Change>> postponed = new HashMap<>();
		for (int i = 0; i < groups.size(); i++) {
			ReorderGroup group = groups.get(i);
			new UpsertPhase(this.catalog, facts, state, deadline).run(group.upserts(), outcomes);
			List<Change> deletes = new ArrayList<>(postponed.getOrDefault(i, List.of()));
			deletes.addAll(group.deletes());
			outcomes.putAll(new DeletePhase(facts, refusedDeletes, context, i, deletes)
				.run((change, later) -> postponed.computeIfAbsent(later, (index) -> new ArrayList<>()).add(change)));
		}
		List<BusinessWrite> writes = new BusinessWrites(this.catalog, facts, state).collapse();
		settle(fresh, outcomes, state, refusedDeletes);
		return new UploadPlan(outcomes, state.entries(), state.changedImages(), state.restores(), state.touched(),
				writes);
	}

	/**
	 * Answers the changes that were not applied, by the state after the upload.
	 */
	private static void settle(List<Change> changes, Map<Integer, Outcome> outcomes, PlannedRows state,
			RefusedDeletes refusedDeletes) {
		Map<RowKey, List<Change>> conflicts = new HashMap<>();
		for (Change change : changes) {
			Outcome outcome = outcomes.get(change.index());
			if (outcome instanceof Outcome.Applied || outcome instanceof Outcome.Missing) {
				continue;
			}
			RowState row = state.row(change.row());
			if (!change.op().isUpsert() && !row.isLive()) {
				// a cascade deleted it nevertheless
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

	private static Map<RowKey, Integer> lastGroups(List<ReorderGroup> groups) {
		Map<RowKey, Integer> lastGroups = new HashMap<>();
		for (int i = 0; i < groups.size(); i++) {
			for (Change change : groups.get(i).upserts()) {
				lastGroups.put(change.row(), i);
			}
			for (Change change : groups.get(i).deletes()) {
				lastGroups.put(change.row(), i);
			}
		}
		return lastGroups;
	}

}

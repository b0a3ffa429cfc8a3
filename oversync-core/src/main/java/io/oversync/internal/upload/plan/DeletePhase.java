/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.ObjIntConsumer;

import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.stream.Application;
import io.oversync.internal.stream.Refusal;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.upload.plan.DeleteEffects.Rules;
import io.oversync.internal.upload.plan.Keepers.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Decides the deletes of one group, children first, and follows the delete rules of
 * foreign keys.
 */
final class DeletePhase {

	private final TableCatalog catalog;

	private final UploadFacts facts;

	private final PlannedRows state;

	private final RefusedDeletes refusedDeletes;

	private final Rules rules;

	private final int group;

	/**
	 * Creates the phase of a group.
	 * @param facts what the database said
	 * @param refusedDeletes receives deletes that are refused
	 * @param rules what the effects of deletes depend on
	 * @param group the index of the group
	 */
	DeletePhase(UploadFacts facts, RefusedDeletes refusedDeletes, Rules rules, int group) {
		this.catalog = rules.catalog();
		this.facts = facts;
		this.state = rules.state();
		this.refusedDeletes = refusedDeletes;
		this.rules = rules;
		this.group = group;
	}

	/**
	 * Decides the deletes and appends what follows to the stream.
	 * @param deletes the deletes of the group, in request order
	 * @param outcomes receives the outcome of each by its index
	 * @param postponed receives deletes that a later group has to decide, since it
	 * changes rows that refer to theirs, with the index of that group
	 */
	void run(List<Change> deletes, Map<Integer, Outcome> outcomes, ObjIntConsumer<Change> postponed) {
		List<Change> ordered = order(deletes);
		Circles circles = new Circles(ordered);
		for (Change change : ordered) {
			this.rules.deadline().check();
			if (circles.decide(change)) {
				decide(change, outcomes, postponed, circles);
			}
		}
	}

	private void decide(Change change, Map<Integer, Outcome> outcomes, ObjIntConsumer<Change> postponed,
			Circles circles) {
		Long replayed = this.state.applications().replayedVersion(change);
		RowState row = this.state.row(change.row());
		if (replayed != null) {
			outcomes.put(change.index(), new Outcome.Applied(replayed));
			return;
		}
		if (!row.isLive()) {
			outcomes.put(change.index(), gone(change, row));
			return;
		}
		Refusal refusal = this.facts.refusals().get(change.row());
		if (refusal != null && refusal.isRepeatedBy(change.expectedVersion(), row.version())) {
			outcomes.put(change.index(), this.refusedDeletes.refuseAgain(change, refusal));
			return;
		}
		if (!passesGate(change)) {
			outcomes.put(change.index(), this.state.conflict(change.row()));
			return;
		}
		DeleteEffects effects = DeleteEffects.of(change.row(), this.rules, circles.keepers::contains);
		Reason reason = circles.keepers.judge(change.row(), effects);
		if (isPostponed(change, reason.lastGroup())) {
			circles.keepers.add(change.row(), reason);
			postponed.accept(change, reason.lastGroup());
		}
		else if (reason.settled()) {
			refuse(change, reason, outcomes, circles);
		}
		else {
			settle(change, effects.keepers().isEmpty() ? effects : effects(change), outcomes, circles);
		}
	}

	private void settle(Change change, DeleteEffects effects, Map<Integer, Outcome> outcomes, Circles circles) {
		if (effects.refusing().isEmpty()) {
			outcomes.put(change.index(), carryOut(change, effects));
			return;
		}
		List<Change> circle = circles.around(change, effects);
		for (Change member : circle) {
			circles.decide(member);
			outcomes.put(member.index(), carryOut(member, effects(member)));
		}
		if (circle.isEmpty()) {
			refuse(change, circles.keepers.judge(change.row(), effects), outcomes, circles);
		}
	}

	private void refuse(Change change, Reason reason, Map<Integer, Outcome> outcomes, Circles circles) {
		circles.keepers.add(change.row(), reason);
		circles.kept.add(change.row());
		outcomes.put(change.index(), this.refusedDeletes.refuse(change, reason.refusing()));
	}

	/** A row that comes back later has to go now. */
	private boolean isPostponed(Change change, int lastGroup) {
		return lastGroup > this.group && this.rules.lastGroups().applyAsInt(change.row()) <= this.group;
	}

	private static Outcome gone(Change change, RowState row) {
		return new Outcome.Applied(Math.max(row.version(), change.expectedVersion()));
	}

	private DeleteEffects effects(Change change) {
		return DeleteEffects.of(change.row(), this.rules, (row) -> false);
	}

	private Outcome carryOut(Change change, DeleteEffects effects) {
		RowState row = this.state.row(change.row());
		if (!row.isLive()) {
			// another one of its circle took it along
			return gone(change, row);
		}
		effects.updates().forEach(this::unlink);
		for (RowKey deleted : effects.deletes()) {
			if (deleted.equals(change.row())) {
				this.state.append(change, row.version() + 1);
			}
			else {
				this.state.cascade(deleted);
			}
		}
		this.state.applications().add(change, row.version() + 1);
		return new Outcome.Applied(row.version() + 1);
	}

	private boolean passesGate(Change change) {
		Application latest = this.state.applications().latest(change, this.facts);
		return VersionGate.check(change, this.state.row(change.row()), latest) != VersionGate.REFUSED;
	}

	private void unlink(RowKey child, Map<ForeignKey, @Nullable UUID> keys) {
		List<Reference> references = new ArrayList<>();
		keys.forEach((foreignKey, parent) -> references
			.add(new Reference(foreignKey, (parent != null) ? new RowKey(foreignKey.parent(), parent) : null)));
		this.state.unlink(child, references);
	}

	private List<Change> order(List<Change> deletes) {
		Map<RowKey, Change> last = new HashMap<>();
		Map<Change, Change> previous = new HashMap<>();
		for (Change change : deletes) {
			Change before = last.put(change.row(), change);
			if (before != null) {
				previous.put(change, before);
			}
		}
		List<Change> byRank = deletes.stream()
			.sorted(Comparator.comparing((Change change) -> this.catalog.rank(change.row().table())).reversed())
			.toList();
		return DependencyOrder.sort(byRank, (change) -> {
			Change before = previous.get(change);
			if (before != null) {
				return List.of(before);
			}
			List<Change> dependencies = new ArrayList<>();
			for (Child child : this.state.references().childrenOf(change.row())) {
				Change delete = child.row().equals(change.row()) ? null : last.get(child.row());
				if (delete != null) {
					dependencies.add(delete);
				}
			}
			return dependencies;
		});
	}

	/**
	 * Deletes of rows that refer to each other in a circle: none of them can go first, so
	 * they go together or not at all.
	 */
	private final class Circles {

		private final Set<Change> undecided;

		/** How many deletes of a row are undecided. */
		private final Map<RowKey, Integer> open = new HashMap<>();

		private final Map<RowKey, Change> byRow = new HashMap<>();

		/** Rows that were looked at already and cannot go. */
		private final Set<RowKey> kept = new HashSet<>();

		private final Keepers keepers = new Keepers(DeletePhase.this.catalog, DeletePhase.this.state,
				(row) -> this.open.getOrDefault(row, 0) > 0);

		Circles(List<Change> deletes) {
			this.undecided = new HashSet<>(deletes);
			for (Change change : deletes) {
				this.byRow.putIfAbsent(change.row(), change);
				this.open.merge(change.row(), 1, Integer::sum);
			}
		}

		/** Returns whether the delete was undecided until now. */
		boolean decide(Change change) {
			boolean first = this.undecided.remove(change);
			if (first) {
				this.open.merge(change.row(), -1, Integer::sum);
			}
			return first;
		}

		/**
		 * Finds the deletes that a delete can only go together with: those of the rows
		 * that refuse it, and of the rows that refuse those.
		 * @param first the delete that is refused by itself
		 * @param itsEffects all that would follow from it
		 * @return that one, followed by the others; empty if another row is in the way
		 */
		List<Change> around(Change first, DeleteEffects itsEffects) {
			Set<Change> circle = new LinkedHashSet<>(Set.of(first));
			Deque<DeleteEffects> found = new ArrayDeque<>(List.of(itsEffects));
			Set<RowKey> going = new HashSet<>();
			Set<RowKey> inTheWay = new HashSet<>();
			while (!found.isEmpty()) {
				DeleteEffects effects = found.pop();
				going.addAll(effects.deletes());
				for (RowKey child : effects.refusing().keySet()) {
					Change change = this.byRow.get(child);
					if (change != null && (circle.contains(change) || canGo(change))) {
						if (circle.add(change)) {
							found.push(effects(change));
						}
					}
					else if (this.kept.contains(child)) {
						return List.of();
					}
					else {
						inTheWay.add(child);
					}
				}
				if (effects.movesReferences()) {
					return List.of();
				}
			}
			return going.containsAll(inTheWay) ? List.copyOf(circle) : List.of();
		}

		private boolean canGo(Change change) {
			return this.undecided.contains(change) && !this.kept.contains(change.row()) && passesGate(change)
					&& !isPostponed(change, effects(change).lastGroup());
		}

	}

}

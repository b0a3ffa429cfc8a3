/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.ObjIntConsumer;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.Application;
import io.oversync.internal.stream.Refusal;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.upload.plan.DeleteEffects.PlanContext;
import io.oversync.internal.upload.plan.Keepers.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Decides the deletes of one group, children first, and follows the delete rules of
 * foreign keys. Rows that refer to each other in a circle are deleted together or not at
 * all, since none of them can go first.
 */
final class DeletePhase {

	private final UploadFacts facts;

	private final PlannedRows state;

	private final RefusedDeletes refusedDeletes;

	private final PlanContext context;

	private final int group;

	private final List<Change> deletes;

	private final UndecidedDeletes undecided;

	private final Keepers keepers;

	/** The rows whose deletes were refused in this group. */
	private final Set<RowKey> kept = new HashSet<>();

	private final Map<Integer, Outcome> outcomes = new HashMap<>();

	/**
	 * Creates the phase of a group.
	 * @param facts the facts about the upload
	 * @param refusedDeletes receives deletes that are refused
	 * @param context the inputs of the effects of deletes
	 * @param group the index of the group
	 * @param deletes the deletes of the group, in request order
	 */
	DeletePhase(UploadFacts facts, RefusedDeletes refusedDeletes, PlanContext context, int group,
			List<Change> deletes) {
		this.facts = facts;
		this.state = context.state();
		this.refusedDeletes = refusedDeletes;
		this.context = context;
		this.group = group;
		this.deletes = DeleteOrder.childrenFirst(deletes, context.catalog(), this.state.references());
		this.undecided = new UndecidedDeletes(this.deletes);
		this.keepers = new Keepers(context.catalog(), this.state, this.undecided::containsRow);
	}

	/**
	 * Decides the deletes and appends their effects to the stream.
	 * @param postponed receives deletes that a later group must decide, since it changes
	 * rows that refer to theirs, with the index of that group
	 * @return the outcome of each decided delete, by its index
	 */
	Map<Integer, Outcome> run(ObjIntConsumer<Change> postponed) {
		for (Change change : this.deletes) {
			this.context.deadline().check();
			if (this.undecided.remove(change)) {
				decide(change, postponed);
			}
		}
		return this.outcomes;
	}

	private void decide(Change change, ObjIntConsumer<Change> postponed) {
		Outcome known = decideWithoutEffects(change);
		if (known != null) {
			this.outcomes.put(change.index(), known);
			return;
		}
		DeleteEffects effects = DeleteEffects.of(change.row(), this.context, this.keepers::contains);
		Reason reason = this.keepers.judge(change.row(), effects);
		if (isPostponed(change, reason.lastGroup())) {
			this.keepers.add(change.row(), reason);
			postponed.accept(change, reason.lastGroup());
		}
		else if (reason.settled()) {
			refuse(change, reason);
		}
		else {
			settle(change, effects.keepers().isEmpty() ? effects : effects(change));
		}
	}

	/** Returns null for a delete whose outcome depends on its effects. */
	private @Nullable Outcome decideWithoutEffects(Change change) {
		Long replayed = this.state.applications().replayedVersion(change);
		if (replayed != null) {
			return new Outcome.Applied(replayed);
		}
		RowState row = this.state.row(change.row());
		if (!row.isLive()) {
			return gone(change, row);
		}
		Refusal refusal = this.facts.refusals().get(change.row());
		if (refusal != null && refusal.isRepeatedBy(change.expectedVersion(), row.version())) {
			return this.refusedDeletes.refuseAgain(change, refusal);
		}
		return passesGate(change) ? null : this.state.conflict(change.row());
	}

	private void settle(Change change, DeleteEffects effects) {
		if (effects.refusing().isEmpty()) {
			this.outcomes.put(change.index(), carryOut(change, effects));
			return;
		}
		List<Change> circle = circle(change, effects);
		for (Change member : circle) {
			this.undecided.remove(member);
			this.outcomes.put(member.index(), carryOut(member, effects(member)));
		}
		if (circle.isEmpty()) {
			refuse(change, this.keepers.judge(change.row(), effects));
		}
	}

	private void refuse(Change change, Reason reason) {
		this.keepers.add(change.row(), reason);
		this.kept.add(change.row());
		this.outcomes.put(change.index(), this.refusedDeletes.refuse(change, reason.refusing()));
	}

	/** A row that comes back later has to go now. */
	private boolean isPostponed(Change change, int lastGroup) {
		return lastGroup > this.group && this.context.lastGroups().applyAsInt(change.row()) <= this.group;
	}

	private static Outcome gone(Change change, RowState row) {
		return new Outcome.Applied(Math.max(row.version(), change.expectedVersion()));
	}

	private DeleteEffects effects(Change change) {
		return DeleteEffects.of(change.row(), this.context, (row) -> false);
	}

	private Outcome carryOut(Change change, DeleteEffects effects) {
		RowState row = this.state.row(change.row());
		if (!row.isLive()) {
			// a cascade of another delete of its circle
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
		return VersionGate.check(change, this.state.row(change.row()), latest,
				this.facts.stream().expiredVersion()) != VersionGate.REFUSED;
	}

	private void unlink(RowKey child, Map<ForeignKey, @Nullable UUID> keys) {
		List<Reference> references = new ArrayList<>();
		keys.forEach((foreignKey, parent) -> references
			.add(new Reference(foreignKey, (parent != null) ? new RowKey(foreignKey.parent(), parent) : null)));
		this.state.unlink(child, references);
	}

	/**
	 * Finds the deletes that a delete can only go together with: those of the rows that
	 * refuse it, and of the rows that refuse those.
	 * @param first the delete that is refused by itself
	 * @param itsEffects all effects of that delete
	 * @return that delete, followed by the others; empty if another row is in the way
	 */
	private List<Change> circle(Change first, DeleteEffects itsEffects) {
		Set<Change> circle = new LinkedHashSet<>(Set.of(first));
		Deque<DeleteEffects> found = new ArrayDeque<>(List.of(itsEffects));
		Set<RowKey> going = new HashSet<>();
		Set<RowKey> inTheWay = new HashSet<>();
		while (!found.isEmpty()) {
			DeleteEffects effects = found.pop();
			going.addAll(effects.deletes());
			for (RowKey child : effects.refusing().keySet()) {
				Change change = this.undecided.firstOf(child);
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

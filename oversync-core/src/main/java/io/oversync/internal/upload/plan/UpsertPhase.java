/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.stream.RowState;
import io.oversync.protocol.Deadline;

/**
 * Decides the upserts of one group, parents first. In that order parents are decided
 * before their children, except for rows that refer to each other in a circle, and for a
 * parent whose first upsert is refused and a later one applied. In these cases a parent
 * that is still to come is assumed to be applied, and everything is decided again with
 * the findings: in a better order, and without the children whose parents were refused.
 */
final class UpsertPhase {

	/**
	 * The number of passes with assumptions. In the last pass, a parent that is missing
	 * at its child's turn is missing.
	 */
	private static final int MAX_PASSES = 8;

	private final TableCatalog catalog;

	private final UploadFacts facts;

	private final PlannedRows state;

	private final Deadline deadline;

	UpsertPhase(TableCatalog catalog, UploadFacts facts, PlannedRows state, Deadline deadline) {
		this.catalog = catalog;
		this.facts = facts;
		this.state = state;
		this.deadline = deadline;
	}

	/**
	 * Decides the upserts and appends the applied ones to the stream.
	 * @param upserts the upserts of a group, in request order
	 * @param outcomes receives the outcome of each by its index
	 */
	void run(List<Change> upserts, Map<Integer, Outcome> outcomes) {
		Pass pass = decide(upserts);
		for (Change change : pass.ordered) {
			Outcome outcome = pass.outcomes.get(change.index());
			if (outcome instanceof Outcome.Applied applied && !pass.replays.contains(change.index())) {
				this.state.applications().add(change, applied.version());
				this.state.append(change, applied.version());
			}
			outcomes.put(change.index(), (outcome != null) ? outcome : this.state.conflict(change.row()));
		}
	}

	private Pass decide(List<Change> upserts) {
		Set<Integer> refused = new HashSet<>();
		Map<Integer, Outcome> known = Map.of();
		for (int i = 1;; i++) {
			Pass pass = new Pass(order(upserts, known), refused, i < MAX_PASSES);
			pass.run();
			boolean settled = pass.failedAssumptions.isEmpty() && known.equals(pass.outcomes);
			if (pass.assumptions.isEmpty() || settled) {
				return pass;
			}
			refused.addAll(pass.failedAssumptions);
			known = pass.outcomes;
		}
	}

	/**
	 * Sorts upserts: each after the upsert that brings its parent, which is the first
	 * that was applied as far as that is known.
	 */
	private List<Change> order(List<Change> upserts, Map<Integer, Outcome> known) {
		List<Change> byRank = upserts.stream().sorted(Comparator.comparing(this::rank)).toList();
		if (upserts.stream().noneMatch(this::refersWithinItsRank)) {
			return byRank;
		}
		Map<RowKey, Change> first = new HashMap<>();
		Map<Change, Change> previous = new HashMap<>();
		Map<RowKey, Change> last = new HashMap<>();
		for (Change change : upserts) {
			if (known.isEmpty() || known.get(change.index()) instanceof Outcome.Applied) {
				first.putIfAbsent(change.row(), change);
			}
			Change before = last.put(change.row(), change);
			if (before != null) {
				previous.put(change, before);
			}
		}
		return DependencyOrder.sort(byRank, (change) -> {
			List<Change> dependencies = new ArrayList<>();
			Change before = previous.get(change);
			if (before != null) {
				dependencies.add(before);
			}
			for (Reference reference : change.references()) {
				Change parent = (reference.parent() != null) ? first.get(reference.parent()) : null;
				if (parent != null && !parent.row().equals(change.row())) {
					dependencies.add(parent);
				}
			}
			return dependencies;
		});
	}

	private int rank(Change change) {
		return this.catalog.rank(change.row().table());
	}

	private boolean refersWithinItsRank(Change change) {
		return change.references()
			.stream()
			.anyMatch((reference) -> reference.parent() != null
					&& this.catalog.rank(reference.parent().table()) == rank(change));
	}

	/** One attempt to decide all upserts. */
	private final class Pass {

		/** The outcomes of all changes except conflicts. */
		final Map<Integer, Outcome> outcomes = new HashMap<>();

		final Set<Integer> failedAssumptions = new HashSet<>();

		/** The applied changes that the batch had applied before. */
		final Set<Integer> replays = new HashSet<>();

		private final List<Change> ordered;

		private final Set<Integer> refused;

		private final boolean assuming;

		private final Map<RowKey, Integer> toCome = new HashMap<>();

		private final Map<RowKey, Long> applied = new HashMap<>();

		private final List<Assumption> assumptions = new ArrayList<>();

		private final Applications applications = UpsertPhase.this.state.applications().overlay();

		Pass(List<Change> ordered, Set<Integer> refused, boolean assuming) {
			this.ordered = ordered;
			this.refused = refused;
			this.assuming = assuming;
		}

		void run() {
			this.ordered.forEach((change) -> this.toCome.merge(change.row(), 1, Integer::sum));
			for (Change change : this.ordered) {
				this.toCome.merge(change.row(), -1, Integer::sum);
				decide(change);
			}
			for (Assumption assumption : this.assumptions) {
				if (!exists(assumption.parent)) {
					this.failedAssumptions.add(assumption.index);
				}
			}
		}

		private void decide(Change change) {
			UpsertPhase.this.deadline.check();
			Long replayed = this.applications.replayedVersion(change);
			if (replayed != null) {
				this.replays.add(change.index());
				this.outcomes.put(change.index(), new Outcome.Applied(replayed));
				return;
			}
			List<RowKey> missing = missingParents(change);
			if (!missing.isEmpty()) {
				this.outcomes.put(change.index(), new Outcome.Missing(missing));
				return;
			}
			long version = VersionGate.check(change, rowNow(change.row()),
					this.applications.latest(change, UpsertPhase.this.facts),
					UpsertPhase.this.facts.stream().expiredVersion());
			if (version != VersionGate.REFUSED) {
				this.applications.add(change, version);
				this.applied.put(change.row(), version);
				this.outcomes.put(change.index(), new Outcome.Applied(version));
			}
		}

		private List<RowKey> missingParents(Change change) {
			List<RowKey> missing = new ArrayList<>();
			for (Reference reference : change.references()) {
				RowKey parent = reference.parent();
				if (parent == null || parent.equals(change.row()) || exists(parent) || missing.contains(parent)) {
					continue;
				}
				if (this.assuming && this.toCome.getOrDefault(parent, 0) > 0
						&& !this.refused.contains(change.index())) {
					this.assumptions.add(new Assumption(change.index(), parent));
				}
				else {
					missing.add(parent);
				}
			}
			return missing;
		}

		private boolean exists(RowKey key) {
			return this.applied.containsKey(key) || UpsertPhase.this.state.exists(key);
		}

		private RowState rowNow(RowKey key) {
			Long version = this.applied.get(key);
			return (version != null) ? new RowState(version, false, 0, 0) : UpsertPhase.this.state.row(key);
		}

	}

	/**
	 * The assumption that a parent which is still to come will be applied.
	 *
	 * @param index the change that relies on it
	 * @param parent the parent
	 */
	private record Assumption(int index, RowKey parent) {
	}

}

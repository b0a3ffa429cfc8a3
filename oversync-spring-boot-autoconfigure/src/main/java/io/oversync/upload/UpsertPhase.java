package io.oversync.upload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.catalog.RowKey;
import io.oversync.catalog.TableCatalog;
import io.oversync.upload.BatchState.Row;

/**
 * Decides the upserts of one piece, parents first. In that order every parent is decided
 * before its children, but for rows that refer to each other in a circle: there a parent
 * that is still to come is assumed to be applied, and if it was not, the child is refused
 * and everything decided anew.
 */
final class UpsertPhase {

	/** Passes with assumptions; then what is missing at its turn is missing. */
	private static final int MAX_PASSES = 8;

	private final TableCatalog catalog;

	private final UploadFacts facts;

	private final BatchState state;

	UpsertPhase(TableCatalog catalog, UploadFacts facts, BatchState state) {
		this.catalog = catalog;
		this.facts = facts;
		this.state = state;
	}

	/**
	 * Decides the upserts and appends the applied ones to the stream.
	 * @param upserts the upserts of a piece, in request order
	 * @param outcomes receives the outcome of each by its index
	 */
	void run(List<Change> upserts, Map<Integer, Outcome> outcomes) {
		List<Change> ordered = order(upserts);
		Pass pass = decide(ordered);
		for (Change change : ordered) {
			Outcome outcome = pass.outcomes.get(change.index());
			if (outcome instanceof Outcome.Applied applied) {
				this.state.append(new StreamEntry(change.row(), change.op(), applied.version(), change.sourceChangeId(),
						false, change.payload()), change.references());
			}
			// a conflict shows the row as it is at this place of the order
			outcomes.put(change.index(), (outcome != null) ? outcome : this.state.conflict(change.row()));
		}
	}

	private Pass decide(List<Change> ordered) {
		Set<Integer> refused = new HashSet<>();
		for (int i = 0; i < MAX_PASSES; i++) {
			Pass pass = new Pass(ordered, refused, true);
			pass.run();
			if (pass.failedAssumptions.isEmpty()) {
				return pass;
			}
			refused.addAll(pass.failedAssumptions);
		}
		Pass pass = new Pass(ordered, refused, false);
		pass.run();
		return pass;
	}

	private List<Change> order(List<Change> upserts) {
		List<Change> byRank = upserts.stream().sorted(Comparator.comparing(this::rank)).toList();
		if (upserts.stream().noneMatch(this::refersWithinItsRank)) {
			return byRank;
		}
		Map<RowKey, Change> first = new HashMap<>();
		Map<Change, Change> previous = new HashMap<>();
		Map<RowKey, Change> last = new HashMap<>();
		for (Change change : upserts) {
			first.putIfAbsent(change.row(), change);
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

		/** Of every change but the conflicts. */
		final Map<Integer, Outcome> outcomes = new HashMap<>();

		final Set<Integer> failedAssumptions = new HashSet<>();

		private final List<Change> ordered;

		private final Set<Integer> refused;

		private final boolean assuming;

		private final Map<RowKey, Integer> toCome = new HashMap<>();

		private final Map<RowKey, Long> applied = new HashMap<>();

		private final List<Assumption> assumptions = new ArrayList<>();

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
			List<RowKey> missing = missingParents(change);
			if (!missing.isEmpty()) {
				this.outcomes.put(change.index(), new Outcome.Missing(missing));
				return;
			}
			long version = VersionGate.check(change, rowNow(change.row()),
					UpsertPhase.this.facts.latest().get(change.index()));
			if (version != VersionGate.REFUSED) {
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

		private Row rowNow(RowKey key) {
			Long version = this.applied.get(key);
			return (version != null) ? new Row(true, version, false, Image.NONE, -1) : UpsertPhase.this.state.row(key);
		}

	}

	/**
	 * That a parent which is still to come will be applied.
	 *
	 * @param index the change that relies on it
	 * @param parent the parent
	 */
	private record Assumption(int index, RowKey parent) {
	}

}

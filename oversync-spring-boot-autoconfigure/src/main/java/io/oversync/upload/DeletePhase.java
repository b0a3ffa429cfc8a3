package io.oversync.upload;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.RowKey;
import io.oversync.catalog.TableCatalog;
import io.oversync.materialize.BusinessWrite;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.upload.BatchState.Row;
import org.jspecify.annotations.Nullable;

/**
 * Decides the deletes of one piece, children first, and follows the delete rules of
 * foreign keys.
 */
final class DeletePhase {

	private final TableCatalog catalog;

	private final UploadFacts facts;

	private final BatchState state;

	private final RefusedDeletes refusedDeletes;

	private final List<BusinessWrite> unlinked = new ArrayList<>();

	DeletePhase(TableCatalog catalog, UploadFacts facts, BatchState state, RefusedDeletes refusedDeletes) {
		this.catalog = catalog;
		this.facts = facts;
		this.state = state;
		this.refusedDeletes = refusedDeletes;
	}

	/**
	 * Decides the deletes and appends what follows to the stream.
	 * @param deletes the deletes of a piece, in request order
	 * @param outcomes receives the outcome of each by its index
	 * @param touchedLater tells whether a later piece changes a row
	 * @return deletes that a later piece has to decide, since it changes rows that refer
	 * to theirs
	 */
	List<Change> run(List<Change> deletes, Map<Integer, Outcome> outcomes, Predicate<RowKey> touchedLater) {
		List<Change> postponed = new ArrayList<>();
		List<Change> ordered = order(deletes);
		Circles circles = new Circles(ordered, touchedLater);
		for (Change change : ordered) {
			if (circles.undecided.remove(change)) {
				decide(change, outcomes, postponed, circles);
			}
		}
		return postponed;
	}

	/**
	 * Returns what the business tables have to forget before the rows go.
	 * @return updates of references, only of the rows that the server changed itself
	 */
	List<BusinessWrite> unlinked() {
		return this.unlinked;
	}

	private void decide(Change change, Map<Integer, Outcome> outcomes, List<Change> postponed, Circles circles) {
		Long replayed = this.state.applications().replayedVersion(change);
		Row row = this.state.row(change.row());
		if (replayed != null) {
			outcomes.put(change.index(), new Outcome.Applied(replayed));
			return;
		}
		if (!row.isLive()) {
			outcomes.put(change.index(), gone(change, row));
			return;
		}
		Refusal refusal = this.facts.refusals().get(change.row());
		if (refusal != null && refusal.isRepeatedBy(change, row.version())) {
			outcomes.put(change.index(), this.refusedDeletes.refuseAgain(change, refusal));
			return;
		}
		if (!passesGate(change)) {
			outcomes.put(change.index(), this.state.conflict(change.row()));
			return;
		}
		DeleteEffects effects = effects(change);
		if (circles.isPostponed(change, effects)) {
			postponed.add(change);
		}
		else if (effects.refusing().isEmpty()) {
			outcomes.put(change.index(), carryOut(change, effects));
		}
		else {
			List<Change> circle = circles.around(change, effects);
			circle.forEach((member) -> outcomes.put(member.index(), carryOut(member, effects(member))));
			circles.undecided.removeAll(circle);
			if (circle.isEmpty()) {
				outcomes.put(change.index(), this.refusedDeletes.refuse(change, effects.refusing()));
			}
		}
	}

	private static Outcome gone(Change change, Row row) {
		return new Outcome.Applied(Math.max(row.version(), change.expectedVersion()));
	}

	private DeleteEffects effects(Change change) {
		return DeleteEffects.of(change.row(), this.catalog, this.state);
	}

	private Outcome carryOut(Change change, DeleteEffects effects) {
		Row row = this.state.row(change.row());
		if (!row.isLive()) {
			// another one of its circle took it along
			return gone(change, row);
		}
		effects.updates().forEach(this::unlink);
		for (RowKey deleted : effects.deletes()) {
			boolean own = deleted.equals(change.row());
			this.state.append(new StreamEntry(deleted, Operation.DELETE, this.state.row(deleted).version() + 1,
					own ? change.sourceChangeId() : 0, !own, null), List.of());
		}
		this.state.applications().add(change, row.version() + 1);
		return new Outcome.Applied(row.version() + 1);
	}

	private boolean passesGate(Change change) {
		Application latest = this.state.applications().latest(change, this.facts);
		return VersionGate.check(change, this.state.row(change.row()), latest) != VersionGate.REFUSED;
	}

	private void unlink(RowKey child, Map<ForeignKey, @Nullable UUID> keys) {
		String members = "{}";
		Map<String, @Nullable String> values = new LinkedHashMap<>();
		List<Reference> references = new ArrayList<>();
		for (Map.Entry<ForeignKey, @Nullable UUID> key : keys.entrySet()) {
			ForeignKey foreignKey = key.getKey();
			UUID parent = key.getValue();
			String value = (parent != null) ? parent.toString() : null;
			values.put(foreignKey.column(), value);
			members = JsonText.withMember(members, foreignKey.column(), value);
			references
				.add(new Reference(foreignKey, (parent != null) ? new RowKey(foreignKey.parent(), parent) : null));
		}
		long version = this.state.row(child).version() + 1;
		this.state.append(
				new StreamEntry(child, Operation.UPDATE, version, 0, true, null, this.state.change(child, values)),
				references);
		// only the references: whatever else the business row holds is not the server's
		// to change
		this.unlinked.add(new BusinessWrite(child, version, Operation.UPDATE, List.of(Payload.of(members)), null));
	}

	private List<Change> order(List<Change> deletes) {
		Map<RowKey, List<Change>> byRow = new HashMap<>();
		deletes.forEach((change) -> byRow.computeIfAbsent(change.row(), (row) -> new ArrayList<>()).add(change));
		List<Change> byRank = deletes.stream()
			.sorted(Comparator.comparing((Change change) -> this.catalog.rank(change.row().table())).reversed())
			.toList();
		return DependencyOrder.sort(byRank, (change) -> {
			List<Change> sameRow = byRow.getOrDefault(change.row(), List.of());
			List<Change> dependencies = new ArrayList<>(sameRow.subList(0, sameRow.indexOf(change)));
			for (Child child : this.state.childrenOf(change.row())) {
				if (!child.row().equals(change.row())) {
					dependencies.addAll(byRow.getOrDefault(child.row(), List.of()));
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

		private final Predicate<RowKey> touchedLater;

		private final Set<Change> undecided;

		private final Map<RowKey, Change> byRow = new HashMap<>();

		/** Rows that were looked at already and cannot go. */
		private final Set<RowKey> kept = new HashSet<>();

		Circles(List<Change> deletes, Predicate<RowKey> touchedLater) {
			this.touchedLater = touchedLater;
			this.undecided = new HashSet<>(deletes);
			deletes.forEach((change) -> this.byRow.putIfAbsent(change.row(), change));
		}

		boolean isPostponed(Change change, DeleteEffects effects) {
			return !this.touchedLater.test(change.row())
					&& effects.affected(change.row()).stream().anyMatch(this.touchedLater);
		}

		/**
		 * Finds the deletes that a delete can only go together with: those of the rows
		 * that refuse it, and of the rows that refuse those.
		 * @param first the delete that is refused by itself
		 * @param itsEffects what would follow from it
		 * @return that one, followed by the others; empty if another row is in the way
		 */
		List<Change> around(Change first, DeleteEffects itsEffects) {
			Set<Change> circle = new LinkedHashSet<>(Set.of(first));
			Deque<DeleteEffects> open = new ArrayDeque<>(List.of(itsEffects));
			Set<RowKey> going = new HashSet<>();
			Set<RowKey> inTheWay = new HashSet<>();
			while (!open.isEmpty()) {
				DeleteEffects effects = open.pop();
				going.addAll(effects.deletes());
				for (RowKey child : effects.refusing()) {
					Change change = this.byRow.get(child);
					if (change == null || !(circle.contains(change) || canGo(change))) {
						inTheWay.add(child);
					}
					else if (circle.add(change)) {
						open.push(effects(change));
					}
				}
				if (effects.movesReferences() || inTheWay.stream().anyMatch(this.kept::contains)) {
					this.kept.add(first.row());
					return List.of();
				}
			}
			if (!going.containsAll(inTheWay)) {
				this.kept.add(first.row());
				return List.of();
			}
			return List.copyOf(circle);
		}

		private boolean canGo(Change change) {
			return this.undecided.contains(change) && !this.kept.contains(change.row()) && passesGate(change)
					&& !isPostponed(change, effects(change));
		}

	}

}

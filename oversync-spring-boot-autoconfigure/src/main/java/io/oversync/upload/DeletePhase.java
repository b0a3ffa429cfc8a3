package io.oversync.upload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

	private final List<BusinessWrite> unlinked = new ArrayList<>();

	DeletePhase(TableCatalog catalog, UploadFacts facts, BatchState state) {
		this.catalog = catalog;
		this.facts = facts;
		this.state = state;
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
		for (Change change : order(deletes)) {
			Outcome outcome = decide(change, touchedLater);
			if (outcome != null) {
				outcomes.put(change.index(), outcome);
			}
			else {
				postponed.add(change);
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

	private @Nullable Outcome decide(Change change, Predicate<RowKey> touchedLater) {
		Row row = this.state.row(change.row());
		if (!row.isLive()) {
			return new Outcome.Applied(Math.max(row.version(), change.expectedVersion()));
		}
		long version = VersionGate.check(change, row, this.facts.latest().get(change.index()));
		if (version == VersionGate.REFUSED) {
			return this.state.conflict(change.row());
		}
		DeleteEffects effects = DeleteEffects.of(change.row(), this.catalog, this.state);
		if (!touchedLater.test(change.row()) && effects.affected(change.row()).stream().anyMatch(touchedLater)) {
			return null;
		}
		if (effects.isRefused()) {
			return this.state.conflict(change.row());
		}
		effects.updates().forEach(this::unlink);
		for (RowKey deleted : effects.deletes()) {
			boolean own = deleted.equals(change.row());
			this.state.append(new StreamEntry(deleted, Operation.DELETE, this.state.row(deleted).version() + 1,
					own ? change.sourceChangeId() : 0, !own, null), List.of());
		}
		return new Outcome.Applied(version);
	}

	private void unlink(RowKey child, Map<ForeignKey, @Nullable UUID> keys) {
		String image = this.state.image(child);
		String after = (image != null) ? image : "{}";
		String members = "{}";
		List<Reference> references = new ArrayList<>();
		for (Map.Entry<ForeignKey, @Nullable UUID> key : keys.entrySet()) {
			ForeignKey foreignKey = key.getKey();
			UUID parent = key.getValue();
			String value = (parent != null) ? parent.toString() : null;
			after = JsonText.withMember(after, foreignKey.column(), value);
			members = JsonText.withMember(members, foreignKey.column(), value);
			references
				.add(new Reference(foreignKey, (parent != null) ? new RowKey(foreignKey.parent(), parent) : null));
		}
		Payload payload = Payload.of(after);
		long version = this.state.row(child).version() + 1;
		this.state.append(new StreamEntry(child, Operation.UPDATE, version, 0, true, payload), references);
		// only the references: whatever else the business row holds is not the server's
		// to change
		this.unlinked.add(new BusinessWrite(child, version, Operation.UPDATE, List.of(Payload.of(members)), payload));
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

}

package io.oversync.upload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.RowKey;
import io.oversync.catalog.TableCatalog;
import org.jspecify.annotations.Nullable;

/**
 * What follows from deleting a row that others refer to (protocol §2.1), found before
 * anything is done, since a child far away may still refuse.
 */
final class DeleteEffects {

	private final TableCatalog catalog;

	private final BatchState state;

	private final Set<RowKey> deleted = new LinkedHashSet<>();

	private final Map<RowKey, Map<ForeignKey, @Nullable UUID>> updated = new LinkedHashMap<>();

	private final Set<RowKey> refusing = new HashSet<>();

	private DeleteEffects(TableCatalog catalog, BatchState state) {
		this.catalog = catalog;
		this.state = state;
	}

	static DeleteEffects of(RowKey row, TableCatalog catalog, BatchState state) {
		DeleteEffects effects = new DeleteEffects(catalog, state);
		effects.collect(row);
		return effects;
	}

	private void collect(RowKey row) {
		this.deleted.add(row);
		List<RowKey> parents = new ArrayList<>(List.of(row));
		for (int i = 0; i < parents.size(); i++) {
			for (Child child : this.state.childrenOf(parents.get(i))) {
				follow(child, parents);
			}
		}
		this.refusing.removeAll(this.deleted);
		this.updated.keySet().removeAll(this.deleted);
	}

	private void follow(Child child, List<RowKey> parents) {
		RowKey row = child.row();
		// a row that only the business table holds is no part of the stream: there the
		// database follows the rule
		boolean synced = this.state.row(row).isLive();
		switch (child.foreignKey().deleteRule()) {
			case REFUSE -> this.refusing.add(row);
			case CASCADE -> {
				if (synced && this.deleted.add(row)) {
					parents.add(row);
				}
			}
			case SET_NULL -> update(child, synced, null);
			case SET_DEFAULT -> update(child, synced, child.foreignKey().defaultKey());
		}
	}

	private void update(Child child, boolean synced, @Nullable UUID key) {
		RowKey parent = (key != null) ? new RowKey(child.foreignKey().parent(), key) : null;
		if (parent != null && (this.deleted.contains(parent) || !this.state.exists(parent))) {
			this.refusing.add(child.row());
		}
		else if (synced) {
			this.updated.computeIfAbsent(child.row(), (row) -> new HashMap<>()).put(child.foreignKey(), key);
		}
	}

	/**
	 * Returns the rows that stay and refer to one that would go: they refuse the delete.
	 * @return possibly none
	 */
	Set<RowKey> refusing() {
		return this.refusing;
	}

	/**
	 * Tells whether references move to another row.
	 * @return whether a rule SET DEFAULT finds a row to refer to
	 */
	boolean movesReferences() {
		return this.updated.values().stream().flatMap((keys) -> keys.values().stream()).anyMatch(Objects::nonNull);
	}

	/**
	 * Returns all other rows that take part, refusing ones included.
	 * @param row the row to be deleted itself
	 * @return every affected row but that
	 */
	Set<RowKey> affected(RowKey row) {
		Set<RowKey> affected = new HashSet<>(this.refusing);
		affected.addAll(this.deleted);
		affected.addAll(this.updated.keySet());
		affected.remove(row);
		return affected;
	}

	/**
	 * Returns the rows to be deleted: children before parents, the row itself last.
	 * @return at least the row itself
	 */
	List<RowKey> deletes() {
		List<RowKey> rows = new ArrayList<>(this.deleted);
		Collections.reverse(rows);
		RowKey self = rows.remove(rows.size() - 1);
		rows.sort(Comparator.comparing((RowKey row) -> this.catalog.rank(row.table())).reversed());
		rows.add(self);
		return rows;
	}

	/**
	 * Returns the rows whose references change, with the new key of each reference.
	 * @return possibly none
	 */
	Map<RowKey, Map<ForeignKey, @Nullable UUID>> updates() {
		return this.updated;
	}

}

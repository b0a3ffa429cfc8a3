/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.protocol.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * The effects of deleting a row that others refer to (protocol §2.1). They are found
 * before anything is changed, since a distant descendant may still refuse.
 */
final class DeleteEffects {

	private final TableCatalog catalog;

	private final PlannedRows state;

	private final Set<RowKey> deleted = new LinkedHashSet<>();

	private final Map<RowKey, Map<ForeignKey, @Nullable UUID>> updated = new LinkedHashMap<>();

	/** With the row that each of them refers to. */
	private final Map<RowKey, RowKey> refusing = new LinkedHashMap<>();

	private final List<RowKey> keepers = new ArrayList<>();

	private int lastGroup = -1;

	private DeleteEffects(TableCatalog catalog, PlannedRows state) {
		this.catalog = catalog;
		this.state = state;
	}

	/**
	 * Finds the effects.
	 * @param row the row to be deleted
	 * @param context the other inputs
	 * @param keeper whether a row is known to be kept: what would follow from its delete
	 * is left out
	 * @return the effects
	 */
	static DeleteEffects of(RowKey row, PlanContext context, Predicate<RowKey> keeper) {
		DeleteEffects effects = new DeleteEffects(context.catalog, context.state);
		effects.collect(row, keeper, context.deadline);
		effects.lastGroup = effects.findLastGroup(row, context.lastGroups);
		return effects;
	}

	private void collect(RowKey row, Predicate<RowKey> keeper, Deadline deadline) {
		List<RowKey> parents = new ArrayList<>();
		delete(row, keeper, parents);
		for (int i = 0; i < parents.size(); i++) {
			deadline.check();
			for (Child child : this.state.references().childrenOf(parents.get(i))) {
				follow(child, parents.get(i), keeper, parents);
			}
		}
		this.refusing.keySet().removeAll(this.deleted);
		this.updated.keySet().removeAll(this.deleted);
	}

	private void delete(RowKey row, Predicate<RowKey> keeper, List<RowKey> parents) {
		if (this.deleted.add(row)) {
			(keeper.test(row) ? this.keepers : parents).add(row);
		}
	}

	private void follow(Child child, RowKey parent, Predicate<RowKey> keeper, List<RowKey> parents) {
		RowKey row = child.row();
		// a row that only the business table holds is not part of the stream: the
		// database follows the rule
		boolean synced = this.state.row(row).isLive();
		switch (child.foreignKey().deleteRule()) {
			case REFUSE -> this.refusing.put(row, parent);
			case CASCADE -> {
				if (synced) {
					delete(row, keeper, parents);
				}
			}
			case SET_NULL -> update(child, parent, synced, null);
			case SET_DEFAULT -> update(child, parent, synced, child.foreignKey().defaultKey());
		}
	}

	private void update(Child child, RowKey parent, boolean synced, @Nullable UUID key) {
		RowKey target = (key != null) ? new RowKey(child.foreignKey().parent(), key) : null;
		if (target != null && (this.deleted.contains(target) || !this.state.exists(target))) {
			this.refusing.put(child.row(), parent);
		}
		else if (synced) {
			this.updated.computeIfAbsent(child.row(), (row) -> new HashMap<>()).put(child.foreignKey(), key);
		}
	}

	private int findLastGroup(RowKey row, ToIntFunction<RowKey> lastGroups) {
		int last = -1;
		for (Set<RowKey> affected : List.of(this.refusing.keySet(), this.deleted, this.updated.keySet())) {
			for (RowKey other : affected) {
				last = other.equals(row) ? last : Math.max(last, lastGroups.applyAsInt(other));
			}
		}
		return last;
	}

	/**
	 * Returns the rows that would be deleted if they were not known to be kept: their own
	 * effects are missing here.
	 * @return none if the effects are complete
	 */
	List<RowKey> keepers() {
		return this.keepers;
	}

	/**
	 * Returns the rows that refuse the delete: they stay and refer to a row that would be
	 * deleted.
	 * @return possibly none, each with the row that it refers to
	 */
	Map<RowKey, RowKey> refusing() {
		return this.refusing;
	}

	/**
	 * Returns whether references move to another row.
	 * @return whether a rule SET DEFAULT finds a row to refer to
	 */
	boolean movesReferences() {
		return this.updated.values().stream().flatMap((keys) -> keys.values().stream()).anyMatch(Objects::nonNull);
	}

	/**
	 * Returns the last group of the batch that touches another affected row, including
	 * one that refuses.
	 * @return its index, -1 for none
	 */
	int lastGroup() {
		return this.lastGroup;
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

	/**
	 * The inputs of the effects of deletes.
	 *
	 * @param catalog the registered tables
	 * @param state the rows
	 * @param lastGroups the last group that touches a row, -1 for none
	 * @param deadline of the upload
	 */
	record PlanContext(TableCatalog catalog, PlannedRows state, ToIntFunction<RowKey> lastGroups, Deadline deadline) {
	}

}

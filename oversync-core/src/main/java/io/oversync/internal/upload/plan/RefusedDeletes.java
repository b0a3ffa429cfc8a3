/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.stream.Refusal;

/**
 * The deletes of one upload that other rows refuse, and their consequences after all
 * other decisions (protocol §2.1): the rows are restored, and a conflict whose row refers
 * to one of them waits until the device has the row back.
 */
final class RefusedDeletes {

	private static final int MAX_SHOWN = 10;

	private final TableCatalog catalog;

	private final PlannedRows state;

	private final Map<RowKey, Refused> rows = new LinkedHashMap<>();

	RefusedDeletes(TableCatalog catalog, PlannedRows state) {
		this.catalog = catalog;
		this.state = state;
	}

	/**
	 * Refuses a delete.
	 * @param delete the delete
	 * @param refusing the rows that refuse it
	 * @return its outcome
	 */
	Outcome refuse(Change delete, Collection<RowKey> refusing) {
		List<String> referencedBy = refusing.stream().map(RowKey::toString).sorted().limit(MAX_SHOWN).toList();
		Refused refused = refused(delete);
		refused.restoring = true;
		refused.referencedBy = referencedBy;
		return new Outcome.Refused(delete.row(), referencedBy);
	}

	/**
	 * Refuses a delete that an earlier upload refused already: the row was restored then.
	 * @param delete the delete
	 * @param refusal the earlier refusal
	 * @return its outcome
	 */
	Outcome refuseAgain(Change delete, Refusal refusal) {
		refused(delete);
		return new Outcome.Refused(delete.row(), refusal.referencedBy());
	}

	private Refused refused(Change delete) {
		Refused refused = this.rows.computeIfAbsent(delete.row(), (row) -> new Refused());
		refused.baseVersions.add(delete.expectedVersion());
		return refused;
	}

	/**
	 * Restores the rows that are still live, parents first.
	 */
	void restore() {
		List<RowKey> restored = new ArrayList<>();
		this.rows.forEach((row, refused) -> {
			if (refused.restoring && this.state.row(row).isLive()) {
				restored.add(row);
			}
		});
		for (RowKey row : parentsFirst(restored)) {
			Refused refused = this.rows.getOrDefault(row, new Refused());
			this.state.restore(row, Set.copyOf(refused.baseVersions), refused.referencedBy);
		}
	}

	private List<RowKey> parentsFirst(List<RowKey> restored) {
		Map<RowKey, List<RowKey>> parents = new HashMap<>();
		Set<RowKey> among = new HashSet<>(restored);
		for (RowKey parent : restored) {
			for (Child child : this.state.references().childrenOf(parent)) {
				if (among.contains(child.row()) && !child.row().equals(parent)) {
					parents.computeIfAbsent(child.row(), (row) -> new ArrayList<>()).add(parent);
				}
			}
		}
		List<RowKey> byRank = restored.stream()
			.sorted(Comparator.comparing((RowKey row) -> this.catalog.rank(row.table())))
			.toList();
		return DependencyOrder.sort(byRank, (row) -> parents.getOrDefault(row, List.of()));
	}

	/**
	 * Finds the conflicts whose rows refer to a refused row, directly or through the row
	 * of another such conflict: the device deleted those rows and could not store rows
	 * that refer to them.
	 * @param conflicts the changes that are conflicts, by their rows
	 * @return the rows that each conflict must wait for
	 */
	Map<RowKey, Set<RowKey>> waiting(Map<RowKey, List<Change>> conflicts) {
		Map<RowKey, Set<RowKey>> waiting = new HashMap<>();
		Set<RowKey> absent = new LinkedHashSet<>(this.rows.keySet());
		Deque<RowKey> open = new ArrayDeque<>(absent);
		while (!open.isEmpty()) {
			RowKey parent = open.pop();
			for (Child child : this.state.references().childrenOf(parent)) {
				List<Change> changes = conflicts.getOrDefault(child.row(), List.of());
				if (changes.isEmpty() || child.row().equals(parent)) {
					continue;
				}
				waiting.computeIfAbsent(child.row(), (row) -> new LinkedHashSet<>()).add(parent);
				boolean deletedOnDevice = changes.stream().anyMatch((change) -> !change.op().isUpsert());
				if (deletedOnDevice && absent.add(child.row())) {
					open.add(child.row());
				}
			}
		}
		return waiting;
	}

	/** The deletes of one row that were refused. */
	private static final class Refused {

		private final Set<Long> baseVersions = new HashSet<>();

		/** Whether not all of them were refused, and the row restored, before. */
		private boolean restoring;

		private List<String> referencedBy = List.of();

	}

}

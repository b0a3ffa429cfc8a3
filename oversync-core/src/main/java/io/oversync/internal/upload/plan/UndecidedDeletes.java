/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The deletes of one group that are still to be decided.
 */
final class UndecidedDeletes {

	private final Set<Change> undecided;

	private final Map<RowKey, Integer> counts = new HashMap<>();

	private final Map<RowKey, Change> firsts = new HashMap<>();

	/**
	 * Starts with all deletes undecided.
	 * @param deletes the deletes of a group
	 */
	UndecidedDeletes(List<Change> deletes) {
		this.undecided = new HashSet<>(deletes);
		for (Change change : deletes) {
			this.firsts.putIfAbsent(change.row(), change);
			this.counts.merge(change.row(), 1, Integer::sum);
		}
	}

	/**
	 * Marks a delete as decided.
	 * @param change the delete
	 * @return whether it was undecided until now
	 */
	boolean remove(Change change) {
		boolean removed = this.undecided.remove(change);
		if (removed) {
			this.counts.merge(change.row(), -1, Integer::sum);
		}
		return removed;
	}

	boolean contains(Change change) {
		return this.undecided.contains(change);
	}

	/**
	 * Returns whether a row has an undecided delete.
	 * @param row the row
	 * @return whether a delete of its own may still delete it
	 */
	boolean containsRow(RowKey row) {
		return this.counts.getOrDefault(row, 0) > 0;
	}

	/**
	 * Returns the first delete of a row in the group, decided or not.
	 * @param row the row
	 * @return the delete, or null if the group has none of the row
	 */
	@Nullable Change firstOf(RowKey row) {
		return this.firsts.get(row);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;

/**
 * Orders deletes: children before their parents, and several deletes of one row as they
 * were sent.
 */
final class DeleteOrder {

	private final ReferenceGraph references;

	private final Map<RowKey, Change> last = new HashMap<>();

	private final Map<Change, Change> previous = new HashMap<>();

	private DeleteOrder(List<Change> deletes, ReferenceGraph references) {
		this.references = references;
		for (Change change : deletes) {
			Change before = this.last.put(change.row(), change);
			if (before != null) {
				this.previous.put(change, before);
			}
		}
	}

	/**
	 * Sorts deletes.
	 * @param deletes the deletes, in request order
	 * @param catalog the registered tables
	 * @param references the current references between rows
	 * @return the deletes, children first
	 */
	static List<Change> childrenFirst(List<Change> deletes, TableCatalog catalog, ReferenceGraph references) {
		List<Change> byRank = deletes.stream()
			.sorted(Comparator.comparing((Change change) -> catalog.rank(change.row().table())).reversed())
			.toList();
		return DependencyOrder.sort(byRank, new DeleteOrder(deletes, references)::dependencies);
	}

	private List<Change> dependencies(Change change) {
		Change before = this.previous.get(change);
		if (before != null) {
			return List.of(before);
		}
		List<Change> dependencies = new ArrayList<>();
		for (Child child : this.references.childrenOf(change.row())) {
			Change delete = child.row().equals(change.row()) ? null : this.last.get(child.row());
			if (delete != null) {
				dependencies.add(delete);
			}
		}
		return dependencies;
	}

}

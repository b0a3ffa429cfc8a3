/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * The references between rows while a batch is being planned. It is updated with each
 * entry, so that the children of a row are found without looking at former ones.
 */
final class ReferenceGraph {

	private final Map<ForeignKey, Edges> all = new HashMap<>();

	private final Map<TableName, List<Edges>> byParent = new HashMap<>();

	private final Map<TableName, List<Edges>> byChild = new HashMap<>();

	/**
	 * Starts with the references in the database.
	 * @param children the children of rows that may be deleted
	 */
	ReferenceGraph(Map<RowKey, List<Child>> children) {
		children
			.forEach((parent, members) -> members.forEach((child) -> refer(child.row(), child.foreignKey(), parent)));
	}

	/**
	 * Lets a row refer to another one.
	 * @param child the row
	 * @param foreignKey by which foreign key
	 * @param parent the other one, null for none
	 */
	void refer(RowKey child, ForeignKey foreignKey, @Nullable RowKey parent) {
		Edges edges = this.all.computeIfAbsent(foreignKey, this::add);
		RowKey before = (parent != null) ? edges.parents.put(child, parent) : edges.parents.remove(child);
		if (before != null && !before.equals(parent)) {
			edges.detach(child, before);
		}
		if (parent != null) {
			edges.attach(child, parent);
		}
	}

	private Edges add(ForeignKey foreignKey) {
		Edges edges = new Edges(foreignKey);
		this.byParent.computeIfAbsent(foreignKey.parent(), (table) -> new ArrayList<>()).add(edges);
		this.byChild.computeIfAbsent(foreignKey.child(), (table) -> new ArrayList<>()).add(edges);
		return edges;
	}

	/**
	 * Removes a deleted row from the children of its parents, until it comes back.
	 * @param child the row
	 */
	void detach(RowKey child) {
		for (Edges edges : edgesFrom(child)) {
			RowKey parent = edges.parents.get(child);
			if (parent != null) {
				edges.detach(child, parent);
			}
		}
	}

	/**
	 * Restores the references of a row that comes back.
	 * @param child the row
	 */
	void attach(RowKey child) {
		for (Edges edges : edgesFrom(child)) {
			RowKey parent = edges.parents.get(child);
			if (parent != null) {
				edges.attach(child, parent);
			}
		}
	}

	/**
	 * Returns the rows that refer to a row.
	 * @param parent the row
	 * @return its children as they are now; does not change with them
	 */
	List<Child> childrenOf(RowKey parent) {
		List<Child> children = new ArrayList<>();
		for (Edges edges : this.byParent.getOrDefault(parent.table(), List.of())) {
			for (RowKey child : edges.children.getOrDefault(parent, Set.of())) {
				children.add(new Child(edges.foreignKey, child));
			}
		}
		return children;
	}

	/**
	 * Returns the row that a row refers to.
	 * @param child the row
	 * @param foreignKey by which foreign key
	 * @return its parent, or null if there is none, or none that is known
	 */
	@Nullable RowKey parentOf(RowKey child, ForeignKey foreignKey) {
		Edges edges = this.all.get(foreignKey);
		return (edges != null) ? edges.parents.get(child) : null;
	}

	/**
	 * Returns the rows that a row refers to.
	 * @param child the row
	 * @return its parents, as far as they are known
	 */
	List<RowKey> parentsOf(RowKey child) {
		List<RowKey> parents = new ArrayList<>();
		for (Edges edges : edgesFrom(child)) {
			RowKey parent = edges.parents.get(child);
			if (parent != null) {
				parents.add(parent);
			}
		}
		return parents;
	}

	private List<Edges> edgesFrom(RowKey child) {
		return this.byChild.getOrDefault(child.table(), List.of());
	}

	/** All references by one foreign key. */
	private static final class Edges {

		private final ForeignKey foreignKey;

		/** The parents by child, including deleted children. */
		private final Map<RowKey, RowKey> parents = new HashMap<>();

		/** The children by parent, without deleted children. */
		private final Map<RowKey, Set<RowKey>> children = new HashMap<>();

		Edges(ForeignKey foreignKey) {
			this.foreignKey = foreignKey;
		}

		void attach(RowKey child, RowKey parent) {
			this.children.computeIfAbsent(parent, (key) -> new LinkedHashSet<>(4)).add(child);
		}

		void detach(RowKey child, RowKey parent) {
			Set<RowKey> siblings = this.children.get(parent);
			if (siblings != null && siblings.remove(child) && siblings.isEmpty()) {
				this.children.remove(parent);
			}
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.absorb;

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
import java.util.UUID;

import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessRows;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.TableName;

/**
 * The rows that are absorbed together, and their order. No device may see a row before
 * the rows that it refers to, nor the end of a row before that of the rows that refer to
 * it. So these join: parents that the stream does not have, and children that are gone.
 */
final class RowSelection {

	private final TableCatalog catalog;

	private final SyncTables sync;

	private final BusinessRows businessRows;

	private final CapturedTables captured;

	private final Stream stream;

	/** Rows that the user has, with those that they refer to. */
	private final Map<RowKey, List<RowKey>> present = new LinkedHashMap<>();

	/** Rows that the user has no more, or never had. */
	private final Set<RowKey> gone = new LinkedHashSet<>();

	/** Rows that their handlers cannot read, and rows that need them as parents. */
	private final Set<RowKey> unreadable = new LinkedHashSet<>();

	private final Map<RowKey, RowState> states = new HashMap<>();

	/** Tables of which all rows that are gone were taken. */
	private final Set<TableName> swept = new HashSet<>();

	RowSelection(TableCatalog catalog, SyncTables sync, BusinessRows businessRows, CapturedTables captured,
			Stream stream) {
		this.catalog = catalog;
		this.sync = sync;
		this.businessRows = businessRows;
		this.captured = captured;
		this.stream = stream;
	}

	/** Adds rows that were taken from the queue. */
	void add(Collection<RowKey> rows) {
		Map<TableName, List<UUID>> byTable = new LinkedHashMap<>();
		List<RowKey> added = new ArrayList<>();
		for (RowKey row : rows) {
			if (this.captured.contains(row.table()) && !isKnown(row)) {
				byTable.computeIfAbsent(row.table(), (table) -> new ArrayList<>()).add(row.pk());
				added.add(row);
			}
		}
		byTable.forEach((name, keys) -> {
			Map<UUID, List<RowKey>> found = this.businessRows.findReferences(this.catalog.get(name),
					this.stream.owner(), keys, (key) -> this.unreadable.add(new RowKey(name, key)));
			for (UUID key : keys) {
				List<RowKey> references = found.get(key);
				RowKey row = new RowKey(name, key);
				if (references != null) {
					this.present.put(row, references);
				}
				else if (!this.unreadable.contains(row)) {
					this.gone.add(row);
				}
			}
		});
		this.states.putAll(this.sync.rowVersions().read(this.stream.id(), added));
	}

	private boolean isKnown(RowKey row) {
		return this.present.containsKey(row) || this.gone.contains(row) || this.unreadable.contains(row);
	}

	/** Adds the rows that have to come with those that were added. */
	void complete(Deadline deadline) {
		Collection<RowKey> added = List.copyOf(this.present.keySet());
		while (!added.isEmpty()) {
			deadline.check();
			added = addMissingParents(added);
		}
		if (!this.unreadable.isEmpty()) {
			holdBackChildren();
		}
		Deque<TableName> parents = new ArrayDeque<>();
		deletes().forEach((row) -> parents.add(row.table()));
		while (!parents.isEmpty()) {
			deadline.check();
			for (ForeignKey foreignKey : this.catalog.referencesTo(parents.remove())) {
				SyncedTable child = this.catalog.get(foreignKey.child());
				if (this.captured.contains(child.name()) && this.swept.add(child.name())) {
					add(this.sync.capturedRows().takeGone(this.stream.owner().userId(), child));
					parents.add(child.name());
				}
			}
		}
	}

	/** Holds back rows that would come before a parent that cannot be read. */
	private void holdBackChildren() {
		Set<RowKey> held = new LinkedHashSet<>(this.unreadable);
		while (!held.isEmpty()) {
			held.clear();
			this.present.forEach((row, references) -> {
				if (references.stream()
					.anyMatch((parent) -> this.unreadable.contains(parent) && !state(parent).isLive())) {
					held.add(row);
				}
			});
			this.present.keySet().removeAll(held);
			this.unreadable.addAll(held);
		}
	}

	/** Returns the rows that have to wait. */
	Set<RowKey> unreadable() {
		return this.unreadable;
	}

	/** Returns the parents that were added. */
	private Collection<RowKey> addMissingParents(Collection<RowKey> children) {
		Set<RowKey> parents = new LinkedHashSet<>();
		for (RowKey child : children) {
			for (RowKey parent : this.present.getOrDefault(child, List.of())) {
				if (this.captured.contains(parent.table()) && !isKnown(parent)) {
					parents.add(parent);
				}
			}
		}
		Map<RowKey, RowState> known = this.sync.rowVersions().read(this.stream.id(), List.copyOf(parents));
		parents.removeIf((parent) -> known.getOrDefault(parent, RowState.UNKNOWN).isLive());
		this.sync.capturedRows().take(this.stream.owner().userId(), parents);
		add(parents);
		return parents;
	}

	boolean isEmpty() {
		return this.present.isEmpty() && this.gone.isEmpty();
	}

	RowState state(RowKey row) {
		return this.states.getOrDefault(row, RowState.UNKNOWN);
	}

	/** Returns the rows that a row referred to when it was found. */
	List<RowKey> references(RowKey row) {
		return this.present.getOrDefault(row, List.of());
	}

	/** Returns the rows that the user has, parents first. */
	List<RowKey> upserts() {
		List<RowKey> rows = new ArrayList<>(this.present.keySet());
		rows.sort(Comparator.comparingInt((row) -> this.catalog.rank(row.table())));
		return DependencyOrder.sort(rows, (row) -> references(row).stream().filter(this.present::containsKey).toList());
	}

	/** Returns the rows that end, in no order. */
	Set<RowKey> deletes() {
		Set<RowKey> deletes = new LinkedHashSet<>(this.gone);
		deletes.removeIf((row) -> !state(row).isLive());
		return deletes;
	}

}

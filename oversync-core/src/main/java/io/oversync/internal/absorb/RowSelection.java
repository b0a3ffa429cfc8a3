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
import java.util.function.Predicate;

import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessRows;
import io.oversync.internal.materialize.BusinessRows.Found;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.TableName;

/**
 * The rows that are absorbed together, and their order. No device may see a row before
 * the rows that it refers to, nor the end of a row before that of the rows that refer to
 * it. So these join: parents that the stream does not have, and of rows that end the
 * children that wait, whether they are gone or refer to others now. What cannot come in
 * this order yet, or is too much for one transaction, is held: it goes back to the queue.
 */
final class RowSelection {

	/** How many rows a delete may bring with it that are not gone themselves. */
	private static final int MOST_SWEPT = 1000;

	/** After-images of one transaction. */
	private static final long MOST_BYTES = 16 * 1024 * 1024;

	private final TableCatalog catalog;

	private final SyncTables sync;

	private final BusinessRows businessRows;

	private final CapturedTables captured;

	private final Stream stream;

	private final Predicate<SyncedTable> readable;

	/** Rows that the user has, with those that they refer to. */
	private final Map<RowKey, Found> present = new LinkedHashMap<>();

	/** Rows that the user has no more, or never had. */
	private final Set<RowKey> gone = new LinkedHashSet<>();

	/** Rows that have to wait. */
	private final Set<RowKey> held = new LinkedHashSet<>();

	/** Rows that the application need not have written. */
	private final Set<RowKey> compared = new HashSet<>();

	private final Map<RowKey, RowState> states = new HashMap<>();

	/** Tables whose rows that wait were taken since parents of theirs may end. */
	private final Set<TableName> swept = new HashSet<>();

	/** Tables of which more rows wait than could be taken, or that cannot be read. */
	private final Set<TableName> behind = new HashSet<>();

	RowSelection(TableCatalog catalog, SyncTables sync, BusinessRows businessRows, CapturedTables captured,
			Stream stream, Predicate<SyncedTable> readable) {
		this.catalog = catalog;
		this.sync = sync;
		this.businessRows = businessRows;
		this.captured = captured;
		this.stream = stream;
		this.readable = readable;
	}

	/**
	 * Adds rows that were taken from the queue.
	 * @param rows with whether each was written, or is only to be compared
	 */
	void add(Map<RowKey, Boolean> rows) {
		rows.forEach((row, written) -> {
			if (!written) {
				this.compared.add(row);
			}
		});
		add(rows.keySet());
	}

	private void add(Collection<RowKey> rows) {
		Map<TableName, List<UUID>> byTable = new LinkedHashMap<>();
		List<RowKey> added = new ArrayList<>();
		for (RowKey row : rows) {
			if (this.captured.contains(row.table()) && !isKnown(row)) {
				byTable.computeIfAbsent(row.table(), (table) -> new ArrayList<>()).add(row.pk());
				added.add(row);
			}
		}
		byTable.forEach((name, keys) -> add(this.catalog.get(name), keys));
		this.states.putAll(this.sync.rowVersions().read(this.stream.id(), added));
	}

	private void add(SyncedTable table, List<UUID> keys) {
		Map<UUID, Found> found = Map.of();
		if (this.readable.test(table)) {
			found = this.businessRows.find(table, this.stream.owner(), keys,
					(key) -> this.held.add(new RowKey(table.name(), key)));
		}
		else {
			keys.forEach((key) -> this.held.add(new RowKey(table.name(), key)));
		}
		for (UUID key : keys) {
			RowKey row = new RowKey(table.name(), key);
			Found image = found.get(key);
			if (image != null) {
				this.present.put(row, image);
			}
			else if (!this.held.contains(row)) {
				this.gone.add(row);
			}
		}
	}

	private boolean isKnown(RowKey row) {
		return this.present.containsKey(row) || this.gone.contains(row) || this.held.contains(row);
	}

	/**
	 * Adds the rows that have to come with those that were added, and holds back those
	 * that cannot come without others.
	 * @param ending tables of which other rows are about to be deleted
	 */
	void complete(Collection<TableName> ending, Deadline deadline) {
		addMissingParents(deadline);
		Deque<TableName> parents = new ArrayDeque<>(ending);
		deletes().forEach((row) -> parents.add(row.table()));
		while (!parents.isEmpty()) {
			for (ForeignKey foreignKey : this.catalog.referencesTo(parents.remove())) {
				deadline.check();
				SyncedTable child = this.catalog.get(foreignKey.child());
				if (this.captured.contains(child.name()) && this.swept.add(child.name())) {
					sweep(child);
					addMissingParents(deadline);
					deletes().forEach((row) -> parents.add(row.table()));
				}
			}
		}
		holdBackChildren();
		holdBackParents();
		trim();
	}

	/**
	 * Adds rows that may have left a parent that ends: those that are gone, and those
	 * that refer to another one now.
	 */
	private void sweep(SyncedTable child) {
		if (!this.readable.test(child)) {
			this.behind.add(child.name());
			return;
		}
		String userId = this.stream.owner().userId();
		add(this.sync.capturedRows().takeGone(userId, child));
		Set<RowKey> rows = this.sync.capturedRows().findPresent(userId, child, MOST_SWEPT + 1);
		if (rows.size() > MOST_SWEPT) {
			this.behind.add(child.name());
		}
		add(this.sync.capturedRows().take(userId, rows));
	}

	private void addMissingParents(Deadline deadline) {
		Collection<RowKey> added = List.copyOf(this.present.keySet());
		while (!added.isEmpty()) {
			deadline.check();
			added = addMissingParents(added);
		}
	}

	/** Returns the parents that were added. */
	private Collection<RowKey> addMissingParents(Collection<RowKey> children) {
		Set<RowKey> parents = new LinkedHashSet<>();
		for (RowKey child : children) {
			for (RowKey parent : references(child)) {
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

	/** Holds back rows that would come before a parent that has to wait. */
	private void holdBackChildren() {
		Set<RowKey> children = new LinkedHashSet<>(this.held);
		while (!children.isEmpty()) {
			children.clear();
			this.present.forEach((row, found) -> {
				if (found.references()
					.stream()
					.anyMatch((parent) -> this.held.contains(parent) && !state(parent).isLive())) {
					children.add(row);
				}
			});
			this.present.keySet().removeAll(children);
			this.held.addAll(children);
		}
	}

	/** Holds back rows that would end before rows that may still refer to them. */
	private void holdBackParents() {
		this.held.forEach((row) -> this.behind.add(row.table()));
		boolean more = !this.behind.isEmpty();
		while (more) {
			Set<RowKey> parents = deletes();
			parents.removeIf((row) -> !isBehind(row.table()));
			hold(parents);
			parents.forEach((row) -> this.behind.add(row.table()));
			more = !parents.isEmpty();
		}
	}

	/** Leaves rows to the next transaction that are too much for one. */
	private void trim() {
		long bytes = 0;
		Set<RowKey> rest = new LinkedHashSet<>();
		for (RowKey row : upserts()) {
			bytes += bytes(row);
			if (bytes > MOST_BYTES && bytes > bytes(row)) {
				rest.add(row);
			}
		}
		if (!rest.isEmpty()) {
			hold(rest);
			hold(deletes());
		}
	}

	private void hold(Set<RowKey> rows) {
		this.held.addAll(rows);
		this.present.keySet().removeAll(rows);
		this.gone.removeAll(rows);
	}

	/** Returns the rows that have to wait. */
	Set<RowKey> held() {
		return this.held;
	}

	/**
	 * Returns whether rows of a table may still refer to rows that end.
	 * @param parent the table of those
	 */
	boolean isBehind(TableName parent) {
		return this.catalog.referencesTo(parent)
			.stream()
			.anyMatch((foreignKey) -> this.behind.contains(foreignKey.child()));
	}

	boolean isEmpty() {
		return this.present.isEmpty() && this.gone.isEmpty();
	}

	/** Returns the rows that the application need not have written. */
	Set<RowKey> compared() {
		return this.compared;
	}

	RowState state(RowKey row) {
		return this.states.getOrDefault(row, RowState.UNKNOWN);
	}

	/** Returns the rows that a row referred to when it was found. */
	List<RowKey> references(RowKey row) {
		Found found = this.present.get(row);
		return (found != null) ? found.references() : List.of();
	}

	/** Returns about the length of a row's after-image. */
	long bytes(RowKey row) {
		Found found = this.present.get(row);
		return (found != null) ? found.bytes() : 0;
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

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * The registered tables, their foreign keys in both directions, and the order in which
 * rows of different tables are written. Immutable.
 */
public final class TableCatalog {

	private final Map<TableName, SyncedTable> byName;

	private final Map<TableName, List<ForeignKey>> referencesTo;

	private final Map<TableName, Integer> ranks;

	private final List<TableRegistration> registrations;

	/**
	 * Builds a catalog that cannot be read again.
	 * @param tables the registered tables, in the order of their registration
	 */
	public TableCatalog(Collection<SyncedTable> tables) {
		this(tables, List.of());
	}

	TableCatalog(Collection<SyncedTable> tables, List<TableRegistration> registrations) {
		Map<TableName, SyncedTable> named = new LinkedHashMap<>();
		Map<TableName, List<ForeignKey>> incoming = new HashMap<>();
		for (SyncedTable table : tables) {
			named.put(table.name(), table);
			for (ForeignKey foreignKey : table.references()) {
				incoming.computeIfAbsent(foreignKey.parent(), (parent) -> new ArrayList<>()).add(foreignKey);
			}
		}
		this.byName = Collections.unmodifiableMap(named);
		this.referencesTo = incoming;
		this.ranks = rank(named);
		this.registrations = List.copyOf(registrations);
	}

	/**
	 * Returns what the catalog was read for.
	 * @return one registration a table, none for a catalog that was not read from a
	 * database
	 */
	List<TableRegistration> registrations() {
		return this.registrations;
	}

	/**
	 * Finds a registered table.
	 * @param name its name
	 * @return the table, or null if it is not registered
	 */
	public @Nullable SyncedTable find(TableName name) {
		return this.byName.get(name);
	}

	/**
	 * Returns a table that is known to be registered.
	 * @param name its name
	 * @return the table
	 */
	public SyncedTable get(TableName name) {
		SyncedTable table = this.byName.get(name);
		if (table == null) {
			throw new IllegalArgumentException("Table " + name + " is not registered");
		}
		return table;
	}

	/**
	 * Returns all registered tables.
	 * @return in the order of their registration
	 */
	public Collection<SyncedTable> tables() {
		return this.byName.values();
	}

	/**
	 * Returns whether triggers note what the application itself writes.
	 * @return whether they do for any of the tables
	 */
	public boolean isCaptured() {
		return this.byName.values().stream().anyMatch(SyncedTable::captured);
	}

	/**
	 * Returns the foreign keys that refer to a table.
	 * @param parent the table that is referred to
	 * @return possibly none
	 */
	public List<ForeignKey> referencesTo(TableName parent) {
		return this.referencesTo.getOrDefault(parent, List.of());
	}

	/**
	 * Returns a table's place in the order parents before children. Tables that refer to
	 * each other in a circle share a rank.
	 * @param table a registered table
	 * @return 0 or more
	 */
	public int rank(TableName table) {
		return this.ranks.getOrDefault(table, 0);
	}

	private static Map<TableName, Integer> rank(Map<TableName, SyncedTable> tables) {
		Map<TableName, Integer> ranks = new HashMap<>();
		List<List<TableName>> groups = DependencyOrder.group(List.copyOf(tables.keySet()),
				(name) -> parents(tables, name));
		for (int rank = 0; rank < groups.size(); rank++) {
			for (TableName table : groups.get(rank)) {
				ranks.put(table, rank);
			}
		}
		return ranks;
	}

	private static List<TableName> parents(Map<TableName, SyncedTable> tables, TableName name) {
		SyncedTable table = tables.get(name);
		return (table != null)
				? table.references().stream().map(ForeignKey::parent).filter(tables::containsKey).toList() : List.of();
	}

}

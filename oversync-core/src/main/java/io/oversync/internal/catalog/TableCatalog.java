/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
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
		this.ranks = new Ranking(named).ranks();
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
	 * Returns the foreign keys that refer to a table.
	 * @param parent the table that is referred to
	 * @return possibly none
	 */
	public List<ForeignKey> referencesTo(TableName parent) {
		return this.referencesTo.getOrDefault(parent, List.of());
	}

	/**
	 * Returns a table's place in the order parents before children. Tables that refer to
	 * each other in a cycle share a rank.
	 * @param table a registered table
	 * @return 0 or more
	 */
	public int rank(TableName table) {
		return this.ranks.getOrDefault(table, 0);
	}

	/**
	 * Ranks tables by the strongly connected components of their foreign keys (Tarjan):
	 * components come out parents first.
	 */
	private static final class Ranking {

		private final Map<TableName, SyncedTable> tables;

		private final Map<TableName, Integer> indexes = new HashMap<>();

		private final Deque<TableName> open = new ArrayDeque<>();

		private final Map<TableName, Integer> ranks = new HashMap<>();

		private int nextRank;

		Ranking(Map<TableName, SyncedTable> tables) {
			this.tables = tables;
		}

		Map<TableName, Integer> ranks() {
			for (SyncedTable table : this.tables.values()) {
				if (!this.indexes.containsKey(table.name())) {
					visit(table);
				}
			}
			return this.ranks;
		}

		private int visit(SyncedTable table) {
			int index = this.indexes.size();
			int lowLink = index;
			this.indexes.put(table.name(), index);
			this.open.push(table.name());
			for (ForeignKey foreignKey : table.references()) {
				SyncedTable parent = this.tables.get(foreignKey.parent());
				Integer parentIndex = this.indexes.get(foreignKey.parent());
				if (parentIndex != null) {
					lowLink = this.ranks.containsKey(foreignKey.parent()) ? lowLink : Math.min(lowLink, parentIndex);
				}
				else if (parent != null) {
					lowLink = Math.min(lowLink, visit(parent));
				}
			}
			if (lowLink == index) {
				close(table.name());
			}
			return lowLink;
		}

		private void close(TableName first) {
			TableName member;
			do {
				member = this.open.pop();
				this.ranks.put(member, this.nextRank);
			}
			while (!member.equals(first));
			this.nextRank++;
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.absorb;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.stream.Backlog;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * The tables whose rows the application may write itself.
 */
public final class CapturedTables {

	/** No table is captured. */
	public static final CapturedTables NONE = new CapturedTables(List.of(), Map.of());

	private final Map<TableName, SyncedTable> tables = new LinkedHashMap<>();

	private final Map<TableName, Long> marks = new LinkedHashMap<>();

	/**
	 * Creates the list.
	 * @param tables the tables that are captured, parents first
	 * @param generations how often the capture of each began
	 */
	public CapturedTables(Collection<SyncedTable> tables, Map<TableName, Integer> generations) {
		for (SyncedTable table : tables) {
			this.tables.put(table.name(), table);
			this.marks.put(table.name(), Backlog.mark(table.id(), generations.getOrDefault(table.name(), 0)));
		}
	}

	/** Returns the tables, parents first. */
	Collection<SyncedTable> tables() {
		return this.tables.values();
	}

	/** Returns the same tables with other generations. */
	CapturedTables with(Map<TableName, Integer> generations) {
		return this.tables.isEmpty() ? this : new CapturedTables(this.tables.values(), generations);
	}

	boolean contains(TableName table) {
		return this.tables.containsKey(table);
	}

	/**
	 * Returns whether a stream lacks something that the application has written.
	 * @param state what the stream lacks, null for a user without a stream
	 * @return whether rows wait, or existing ones were not adopted
	 */
	public boolean isBehind(@Nullable Backlog state) {
		return !this.tables.isEmpty() && (state == null || state.waiting() || !isAdopted(state));
	}

	private boolean isAdopted(Backlog state) {
		return state.adopted().containsAll(this.marks.values());
	}

	/** Returns the tables whose existing rows a stream does not have yet. */
	List<SyncedTable> notAdopted(Backlog state) {
		return this.tables.values()
			.stream()
			.filter((table) -> !state.adopted().contains(this.marks.get(table.name())))
			.toList();
	}

	/** Returns the mark of a stream that has adopted a table. */
	long mark(SyncedTable table) {
		return this.marks.getOrDefault(table.name(), 0L);
	}

	/** Returns the marks of a stream that has adopted all tables. */
	Set<Long> marks() {
		return Set.copyOf(this.marks.values());
	}

}

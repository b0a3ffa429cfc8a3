/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.oversync.client.SyncSetupException;
import org.jspecify.annotations.Nullable;

/**
 * The synced tables. Used by one thread at a time.
 */
public final class LocalTables {

	private List<LocalTable> parentsFirst;

	private Map<String, LocalTable> byServerName = new HashMap<>();

	private Map<Long, LocalTable> byNo = new HashMap<>();

	public LocalTables(List<LocalTable> tables) {
		Map<String, LocalTable> byName = new HashMap<>();
		for (LocalTable table : tables) {
			if (byName.put(table.name().toLowerCase(Locale.ROOT), table) != null) {
				throw new SyncSetupException("The table '" + table.name() + "' is listed twice");
			}
			if (this.byServerName.put(table.serverSchema() + "." + table.serverTable(), table) != null) {
				throw new SyncSetupException("Two tables are synced with '" + table.serverSchema() + "."
						+ table.serverTable() + "' of the server: each needs its own");
			}
			this.byNo.put(table.no(), table);
		}
		Set<LocalTable> ordered = new LinkedHashSet<>();
		tables.forEach((table) -> visit(table, byName, ordered, new LinkedHashSet<>()));
		this.parentsFirst = List.copyOf(ordered);
	}

	private static void visit(LocalTable table, Map<String, LocalTable> byName, Set<LocalTable> ordered,
			Set<LocalTable> path) {
		if (ordered.contains(table) || !path.add(table)) {
			return;
		}
		for (String parent : table.parents()) {
			LocalTable other = byName.get(parent);
			if (other != null) {
				visit(other, byName, ordered, path);
			}
		}
		ordered.add(table);
	}

	/** Takes the place of what was known before the database's schema changed. */
	public void become(LocalTables changed) {
		this.parentsFirst = changed.parentsFirst;
		this.byServerName = changed.byServerName;
		this.byNo = changed.byNo;
	}

	public List<LocalTable> parentsFirst() {
		return this.parentsFirst;
	}

	public List<LocalTable> childrenFirst() {
		List<LocalTable> tables = new ArrayList<>(this.parentsFirst);
		Collections.reverse(tables);
		return tables;
	}

	public @Nullable LocalTable onServer(String schema, String table) {
		return this.byServerName.get(schema + "." + table);
	}

	/** Returns a table, or null if it is not synced any more. */
	public @Nullable LocalTable byNo(long no) {
		return this.byNo.get(no);
	}

	/** Returns the one schema of all tables, or null if they have several. */
	public @Nullable String onlySchema() {
		Set<String> schemas = new LinkedHashSet<>();
		this.parentsFirst.forEach((table) -> schemas.add(table.serverSchema()));
		return (schemas.size() == 1) ? schemas.iterator().next() : null;
	}

}

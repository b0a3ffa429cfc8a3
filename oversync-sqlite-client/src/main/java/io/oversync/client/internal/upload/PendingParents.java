/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.SqlText;
import io.oversync.client.internal.table.LocalTable;

/**
 * Finds the rows that must reach the server before or together with a changed row: rows
 * that it refers to and that the server does not have yet. The order of tables takes care
 * of most; this is for tables that refer to themselves, also by other tables. Without it
 * a long chain of new rows would arrive a few rows at a time, and a circle that does not
 * fit into what is left of an upload never. Which columns refer to which table is known
 * by the foreign keys that the local tables declare.
 */
final class PendingParents {

	/** The greatest number of rows that are kept together. */
	private static final int MAX_ROWS = 1000;

	/** The greatest number of rows that are examined for one upload. */
	private static final int MAX_LOOKS = 20_000;

	private final Database database;

	private final Map<String, LocalTable> tables = new HashMap<>();

	private final long pass;

	private int looks;

	/**
	 * Creates a search for one upload.
	 * @param tables the tables whose rows may refer to one another, directly or not
	 * @param pass rows that were sent in this pass already are left out
	 */
	PendingParents(Database database, List<LocalTable> tables, long pass) {
		this.database = database;
		tables.forEach((table) -> this.tables.put(table.name().toLowerCase(Locale.ROOT), table));
		this.pass = pass;
	}

	/**
	 * Returns a row and the pending rows that it needs, parents first as far as they are
	 * in no circle.
	 * @param done whether a row is in the upload already
	 */
	Group of(ChangedRow start, Predicate<ChangedRow> done) throws SQLException {
		List<ChangedRow> order = new ArrayList<>();
		boolean circular = false;
		Set<ChangedRow> onPath = new HashSet<>(Set.of(start));
		Set<ChangedRow> seen = new HashSet<>(Set.of(start));
		Deque<Visit> path = new ArrayDeque<>(List.of(new Visit(start, parents(start))));
		while (!path.isEmpty()) {
			Visit visit = path.getLast();
			if (visit.parents.hasNext()) {
				ChangedRow parent = visit.parents.next();
				circular |= onPath.contains(parent);
				if (seen.add(parent) && !done.test(parent)) {
					path.add(new Visit(parent, parents(parent)));
					onPath.add(parent);
				}
			}
			else {
				order.add(path.removeLast().node);
				onPath.remove(visit.node);
			}
		}
		return new Group((order.size() > MAX_ROWS) ? order.subList(0, MAX_ROWS) : order, circular);
	}

	private Iterator<ChangedRow> parents(ChangedRow node) throws SQLException {
		List<ChangedRow> parents = new ArrayList<>();
		LocalTable table = node.table();
		Map<String, String> references = new HashMap<>(table.references());
		references.values().retainAll(this.tables.keySet());
		if (references.isEmpty() || this.looks++ >= MAX_LOOKS) {
			return parents.iterator();
		}
		List<String> columns = List.copyOf(references.keySet());
		List<Object> keys = this.database
			.first("SELECT " + columns.stream().map(SqlText::name).collect(Collectors.joining(", ")) + " FROM "
					+ table.quoted() + " WHERE " + table.key().quoted() + " = ?", (row) -> {
						List<Object> values = new ArrayList<>();
						for (int i = 0; i < columns.size(); i++) {
							values.add(row.getObject(i + 1));
						}
						return values;
					}, node.key());
		for (int i = 0; keys != null && i < columns.size(); i++) {
			LocalTable parent = this.tables.get(references.get(columns.get(i)));
			if (parent != null && keys.get(i) != null && isNew(parent, keys.get(i))) {
				parents.add(new ChangedRow(parent, keys.get(i)));
			}
		}
		return parents.iterator();
	}

	/**
	 * Returns whether a row is to be sent in this pass, and the server does not have it.
	 */
	private boolean isNew(LocalTable table, Object key) throws SQLException {
		return this.database.number("""
				SELECT EXISTS (SELECT 1 FROM _sync_dirty WHERE table_no = ? AND key = ? AND gone = 0
				              AND parked < ?)
				   AND NOT EXISTS (SELECT 1 FROM _sync_row WHERE table_no = ? AND key = ? AND version > 0
				                   AND deleted = 0 AND missing = 0)""", table.no(), key, this.pass, table.no(),
				key) > 0;
	}

	/**
	 * Rows for one upload.
	 *
	 * @param rows in the order in which they go
	 * @param circular whether some refer to one another in a circle
	 */
	record Group(List<ChangedRow> rows, boolean circular) {
	}

	/**
	 * A row on the way to a parent that refers to none, and its parents that are left.
	 */
	private record Visit(ChangedRow node, Iterator<ChangedRow> parents) {
	}

}

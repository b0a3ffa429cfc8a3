/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalTable;

/**
 * Finds rows that were deleted and that referred to one another in a circle. The server
 * refuses to delete a row that another one refers to, unless both go with one upload, and
 * brings it back. So an upload takes all of a circle or none of it. Which columns refer
 * to which table is known by the foreign keys that the local tables declare.
 */
final class DeletedCircles {

	/** A larger circle is not kept together. */
	static final int MAX_ROWS = Outbox.MAX_CIRCLE;

	/**
	 * The greatest number of rows that are examined for one upload.
	 */
	private static final int MAX_LOOKS = 5000;

	private final Database database;

	private final Map<String, LocalTable> tables = new HashMap<>();

	/** Rows that are in no circle. */
	private final Set<ChangedRow> alone = new HashSet<>();

	private int looks;

	DeletedCircles(Database database, List<LocalTable> tables) {
		this.database = database;
		tables.forEach((table) -> this.tables.put(table.name().toLowerCase(Locale.ROOT), table));
	}

	/** Returns the deleted rows of a row's circle, or just the row. */
	List<ChangedRow> of(LocalTable table, Object key) throws SQLException {
		ChangedRow start = new ChangedRow(table, key);
		if (this.alone.contains(start)) {
			return List.of(start);
		}
		Map<ChangedRow, Set<ChangedRow>> circles = circles(closure(start));
		if (!circles.containsKey(start)) {
			return List.of(start);
		}
		List<ChangedRow> circle = List.copyOf(connected(start, circles));
		return (circle.size() <= MAX_ROWS) ? circle : List.of(start);
	}

	/** Returns all deleted rows that a row has referred to, and those in turn. */
	private Map<ChangedRow, Set<ChangedRow>> closure(ChangedRow start) throws SQLException {
		Map<ChangedRow, Set<ChangedRow>> closure = new LinkedHashMap<>();
		Deque<ChangedRow> next = new ArrayDeque<>(List.of(start));
		while (!next.isEmpty()) {
			ChangedRow node = next.remove();
			if (closure.containsKey(node) || this.alone.contains(node)) {
				continue;
			}
			Set<ChangedRow> parents = parents(node);
			closure.put(node, parents);
			next.addAll(parents);
		}
		return closure;
	}

	private Set<ChangedRow> parents(ChangedRow node) throws SQLException {
		if (this.looks++ >= MAX_LOOKS) {
			return Set.of();
		}
		String base = this.database.first(
				"SELECT base FROM _sync_dirty WHERE table_no = ? AND key = ? AND gone = 1 AND base IS NOT NULL",
				(row) -> row.getString(1), node.table().no(), node.key());
		Set<ChangedRow> parents = new LinkedHashSet<>();
		if (base != null) {
			SyncRow row = BaseImage.read(base);
			for (Map.Entry<String, String> reference : node.table().references().entrySet()) {
				LocalTable parent = this.tables.get(reference.getValue());
				Object key = row.get(reference.getKey());
				if (parent != null && key != null && isGone(parent, key)) {
					parents.add(new ChangedRow(parent, key));
				}
			}
			parents.removeAll(this.alone);
		}
		return parents;
	}

	private boolean isGone(LocalTable table, Object key) throws SQLException {
		return this.database.number("SELECT count(*) FROM _sync_dirty WHERE table_no = ? AND key = ? AND gone = 1",
				table.no(), key) > 0;
	}

	/** Leaves only circles, and rows between two of them. */
	private Map<ChangedRow, Set<ChangedRow>> circles(Map<ChangedRow, Set<ChangedRow>> parents) {
		Map<ChangedRow, Set<ChangedRow>> children = new HashMap<>();
		parents.forEach((node, to) -> to
			.forEach((parent) -> children.computeIfAbsent(parent, (key) -> new LinkedHashSet<>()).add(node)));
		trim(parents, children);
		trim(children, parents);
		Map<ChangedRow, Set<ChangedRow>> both = new HashMap<>();
		for (ChangedRow node : parents.keySet()) {
			Set<ChangedRow> neighbours = new LinkedHashSet<>(parents.get(node));
			neighbours.addAll(children.getOrDefault(node, Set.of()));
			both.put(node, neighbours);
		}
		return both;
	}

	/** Takes rows out that refer to none, and those that refer to none then. */
	private void trim(Map<ChangedRow, Set<ChangedRow>> to, Map<ChangedRow, Set<ChangedRow>> from) {
		Deque<ChangedRow> ends = new ArrayDeque<>();
		Set<ChangedRow> nodes = new LinkedHashSet<>(to.keySet());
		nodes.addAll(from.keySet());
		for (ChangedRow node : nodes) {
			if (to.getOrDefault(node, Set.of()).isEmpty()) {
				ends.add(node);
			}
		}
		while (!ends.isEmpty()) {
			ChangedRow end = ends.remove();
			this.alone.add(end);
			to.remove(end);
			Set<ChangedRow> before = from.remove(end);
			for (ChangedRow node : (before != null) ? before : Set.<ChangedRow>of()) {
				Set<ChangedRow> others = to.get(node);
				if (others != null && others.remove(end) && others.isEmpty()) {
					ends.add(node);
				}
			}
		}
	}

	private static Set<ChangedRow> connected(ChangedRow start, Map<ChangedRow, Set<ChangedRow>> circles) {
		Set<ChangedRow> connected = new LinkedHashSet<>();
		Deque<ChangedRow> next = new ArrayDeque<>(List.of(start));
		while (!next.isEmpty()) {
			ChangedRow node = next.remove();
			if (connected.add(node)) {
				next.addAll(circles.getOrDefault(node, Set.of()));
			}
		}
		return connected;
	}

}

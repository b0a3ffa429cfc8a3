/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Decides which entries of a prefix stay. Entries keep their positions: none moves, so a
 * device finds the latest entry of each row above its cursor, wherever that cursor is.
 * <ol>
 * <li>The latest entry of each row stays, and entries that others refer to.</li>
 * <li>With the image of a row stay its parents as they were then.</li>
 * <li>With a delete stay the rows that referred to the deleted row, as they were
 * then.</li>
 * <li>With a unique value stays the last image of each row that had it earlier, as it was
 * then.</li>
 * <li>With an image stays the last delete before it: a device may have members of an
 * earlier life of the row, which the image lacks.</li>
 * <li>An entry that stays has the union of the row's members since its last delete.</li>
 * </ol>
 * The entries that are not returned are to be deleted from the highest position to the
 * lowest: each step then leaves a correct stream.
 */
final class Compaction {

	private final RowConstraints constraints;

	private final Map<RowKey, NavigableMap<Long, Step>> history = new HashMap<>();

	private final Map<RowKey, Set<RowKey>> referredBy = new HashMap<>();

	private final Map<Object, Set<RowKey>> holders = new HashMap<>();

	private final NavigableMap<Long, PrefixEntry> kept = new TreeMap<>();

	private final Deque<Step> open = new ArrayDeque<>();

	private Compaction(RowConstraints constraints) {
		this.constraints = constraints;
	}

	/**
	 * Compacts a prefix.
	 * @param prefix its entries, ascending
	 * @param pinned positions that have to stay
	 * @param constraints the constraints of devices
	 * @return the entries that stay, ascending
	 */
	static List<PrefixEntry> compact(List<PrefixEntry> prefix, Set<Long> pinned, RowConstraints constraints) {
		Compaction compaction = new Compaction(constraints);
		prefix.forEach(compaction::read);
		for (PrefixEntry entry : prefix) {
			NavigableMap<Long, Step> steps = compaction.stepsOf(entry.row());
			if (pinned.contains(entry.serverId()) || steps.lastKey() == entry.serverId()) {
				compaction.keep(steps.get(entry.serverId()));
			}
		}
		compaction.close();
		return List.copyOf(compaction.kept.values());
	}

	private NavigableMap<Long, Step> stepsOf(RowKey row) {
		return this.history.computeIfAbsent(row, (key) -> new TreeMap<>());
	}

	private void read(PrefixEntry entry) {
		NavigableMap<Long, Step> steps = stepsOf(entry.row());
		Step before = steps.isEmpty() ? null : steps.lastEntry().getValue();
		Step step = Step.of(entry, before);
		steps.put(entry.serverId(), step);
		Map<String, String> image = step.entry().members();
		if (image != null) {
			for (RowKey parent : this.constraints.parents(entry.row(), image)) {
				this.referredBy.computeIfAbsent(parent, (row) -> new HashSet<>()).add(entry.row());
			}
			for (Object value : this.constraints.uniqueValues(entry.row(), image)) {
				this.holders.computeIfAbsent(value, (row) -> new HashSet<>()).add(entry.row());
			}
		}
	}

	private void close() {
		for (Step step = this.open.poll(); step != null; step = this.open.poll()) {
			PrefixEntry entry = step.entry();
			Map<String, String> image = entry.members();
			if (image == null) {
				keepAsOf(this.referredBy.getOrDefault(entry.row(), Set.of()), entry.serverId());
				continue;
			}
			keepAsOf(this.constraints.parents(entry.row(), image), entry.serverId());
			for (Object value : this.constraints.uniqueValues(entry.row(), image)) {
				keepAsOf(this.holders.getOrDefault(value, Set.of()), entry.serverId());
			}
			keep(step.lastDelete());
		}
	}

	private void keepAsOf(Set<RowKey> rows, long serverId) {
		for (RowKey row : rows) {
			NavigableMap<Long, Step> steps = this.history.get(row);
			Map.Entry<Long, Step> then = (steps != null) ? steps.floorEntry(serverId) : null;
			keep((then != null) ? then.getValue() : null);
		}
	}

	private void keep(@Nullable Step step) {
		if (step != null && this.kept.putIfAbsent(step.entry().serverId(), step.entry()) == null) {
			this.open.add(step);
		}
	}

	/**
	 * A row after one of its entries.
	 *
	 * @param entry the entry with the whole image
	 * @param lastDelete the delete before this life of the row
	 */
	private record Step(PrefixEntry entry, @Nullable Step lastDelete) {

		static Step of(PrefixEntry entry, @Nullable Step before) {
			Map<String, String> members = entry.members();
			if (before == null || members == null) {
				return new Step(entry, null);
			}
			Map<String, String> image = before.entry.members();
			if (image == null) {
				return new Step(entry, before);
			}
			if (members.keySet().containsAll(image.keySet())) {
				return new Step(entry, before.lastDelete);
			}
			Map<String, String> union = new LinkedHashMap<>(image);
			union.putAll(members);
			return new Step(new PrefixEntry(entry.serverId(), entry.row(), union), before.lastDelete);
		}

	}

}

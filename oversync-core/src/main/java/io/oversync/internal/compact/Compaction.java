/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.oversync.internal.catalog.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Decides which entries of a prefix stay. Entries keep their positions and their texts:
 * none moves, so a device finds the latest entry of each row above its cursor, wherever
 * that cursor is.
 * <ol>
 * <li>The latest entry of each row stays, and entries that others refer to.</li>
 * <li>With the image of a row stay its parents as they were then.</li>
 * <li>With a delete stay the rows that referred to the deleted row, as they were
 * then.</li>
 * <li>With a unique value stays the last image of each row that had it earlier, as it was
 * then.</li>
 * <li>With an image stays the last delete before it: a device may have members of an
 * earlier life of the row, which the image lacks.</li>
 * <li>With an image that lacks members stay the entries that the row has them from.</li>
 * <li>Constraints hold at the end of a transaction. Where one of these rows does not fit
 * as it was then, what the same transaction did to it afterwards stays.</li>
 * <li>Of a row that has had several parents stays the last entry with each: other
 * compactions have to know of it when that parent is deleted.</li>
 * </ol>
 * The other entries are to be deleted from the highest position to the lowest: each step
 * then leaves a correct stream.
 */
final class Compaction {

	/**
	 * A value that more rows have had is hardly one that excludes others: it is part of a
	 * partial index.
	 */
	static final int MOST_HOLDERS = 50;

	private final RowConstraints constraints;

	private final Map<RowKey, List<Step>> history = new HashMap<>();

	/** By parent and child: the last step in which the child refers to the parent. */
	private final Map<RowKey, Map<RowKey, Step>> referredBy = new HashMap<>();

	private final Map<Object, Set<RowKey>> holders = new HashMap<>();

	/** Equal images are kept once. */
	private final Map<Map<String, String>, Map<String, String>> images = new HashMap<>();

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
		List<Step> steps = prefix.stream().map(compaction::read).toList();
		for (Step step : steps) {
			if (pinned.contains(step.entry.serverId()) || compaction.isLast(step)) {
				compaction.keep(step);
			}
		}
		compaction.keepReferences();
		compaction.close();
		return steps.stream().filter((step) -> step.kept).map((step) -> step.entry).toList();
	}

	private boolean isLast(Step step) {
		List<Step> steps = stepsOf(step.entry.row());
		return steps.get(steps.size() - 1) == step;
	}

	private List<Step> stepsOf(RowKey row) {
		return this.history.computeIfAbsent(row, (key) -> new ArrayList<>(2));
	}

	private Step read(PrefixEntry entry) {
		List<Step> steps = stepsOf(entry.row());
		Step step = step(entry, steps.isEmpty() ? null : steps.get(steps.size() - 1));
		steps.add(step);
		Map<String, String> image = step.image;
		if (image != null) {
			for (RowKey parent : this.constraints.parents(entry.row(), image)) {
				this.referredBy.computeIfAbsent(parent, (row) -> new HashMap<>(2)).put(entry.row(), step);
			}
			for (Object value : this.constraints.uniqueValues(entry.row(), image)) {
				Set<RowKey> rows = this.holders.computeIfAbsent(value, (row) -> new HashSet<>(2));
				if (rows.size() <= MOST_HOLDERS) {
					rows.add(entry.row());
				}
			}
		}
		return step;
	}

	private Step step(PrefixEntry entry, @Nullable Step before) {
		Map<String, String> members = entry.members();
		if (before == null || members == null) {
			return new Step(entry, members, null, null);
		}
		if (before.image == null) {
			return new Step(entry, members, null, before);
		}
		if (members.keySet().containsAll(before.image.keySet())) {
			return new Step(entry, members, before, before.lastDelete);
		}
		Map<String, String> union = new HashMap<>(before.image);
		union.putAll(members);
		return new Step(entry, this.images.computeIfAbsent(union, (image) -> image), before, before.lastDelete);
	}

	/**
	 * Another compaction has to know that a row once referred to a parent: its rules
	 * about deletes of that parent still hold.
	 */
	private void keepReferences() {
		this.referredBy.values().forEach((children) -> children.values().forEach(this::keep));
	}

	private void close() {
		for (Step step = this.open.poll(); step != null; step = this.open.poll()) {
			if (step.image != null) {
				keepWhatFits(step, step.image);
				keep(step.lastDelete);
				keepSources(step, step.image);
			}
			else {
				keepWhatReferred(step);
			}
		}
	}

	private void keepWhatReferred(Step delete) {
		RowKey row = delete.entry.row();
		for (RowKey child : this.referredBy.getOrDefault(row, Map.of()).keySet()) {
			keepAsOf(child, delete, (then) -> then == null || !refersTo(then, row));
		}
	}

	private void keepWhatFits(Step step, Map<String, String> image) {
		RowKey row = step.entry.row();
		for (RowKey parent : this.constraints.parents(row, image)) {
			keepAsOf(parent, step, (then) -> then != null && then.image != null);
		}
		for (Object value : this.constraints.uniqueValues(row, image)) {
			Set<RowKey> rows = this.holders.getOrDefault(value, Set.of());
			if (rows.size() <= MOST_HOLDERS) {
				rows.forEach((other) -> keepAsOf(other, step, (then) -> then == step || !has(then, value)));
			}
		}
	}

	private boolean refersTo(Step step, RowKey parent) {
		return step.image != null && this.constraints.parents(step.entry.row(), step.image).contains(parent);
	}

	private boolean has(@Nullable Step step, Object value) {
		return step != null && step.image != null
				&& this.constraints.uniqueValues(step.entry.row(), step.image).contains(value);
	}

	/**
	 * Keeps a row as it was at a step. If that does not fit, the transaction made it fit
	 * later: what it did to one of the two rows from there on stays, too.
	 */
	private void keepAsOf(RowKey row, Step step, Predicate<@Nullable Step> fits) {
		List<Step> steps = this.history.getOrDefault(row, List.of());
		int next = after(steps, step.entry.serverId());
		Step then = (next > 0) ? steps.get(next - 1) : null;
		keep(then);
		if (!fits.test(then)) {
			keepRest(steps, step);
			keepRest(stepsOf(step.entry.row()), step);
		}
	}

	private void keepRest(List<Step> steps, Step step) {
		for (int i = after(steps, step.entry.serverId()); i < steps.size() && steps.get(i).isWith(step); i++) {
			keep(steps.get(i));
		}
	}

	/** Returns the index of a row's first step after a position. */
	private static int after(List<Step> steps, long serverId) {
		int low = 0;
		int high = steps.size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (steps.get(middle).entry.serverId() <= serverId) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

	private void keepSources(Step step, Map<String, String> image) {
		Set<String> missing = new HashSet<>(image.keySet());
		missing.removeAll(members(step));
		for (Step before = step.before; before != null && !missing.isEmpty(); before = before.before) {
			if (missing.removeAll(members(before))) {
				keep(before);
			}
		}
	}

	private static Set<String> members(Step step) {
		Map<String, String> members = step.entry.members();
		return (members != null) ? members.keySet() : Set.of();
	}

	private void keep(@Nullable Step step) {
		if (step != null && !step.kept) {
			step.kept = true;
			this.open.add(step);
		}
	}

	/** A row after one of its entries. */
	private static final class Step {

		private final PrefixEntry entry;

		/** The union of the row's members since its last delete; null for a delete. */
		private final @Nullable Map<String, String> image;

		/** The entry before in this life of the row. */
		private final @Nullable Step before;

		/** The delete before this life of the row. */
		private final @Nullable Step lastDelete;

		private boolean kept;

		private Step(PrefixEntry entry, @Nullable Map<String, String> image, @Nullable Step before,
				@Nullable Step lastDelete) {
			this.entry = entry;
			this.image = image;
			this.before = before;
			this.lastDelete = lastDelete;
		}

		boolean isWith(Step other) {
			return this.entry.transaction() == other.entry.transaction();
		}

	}

}

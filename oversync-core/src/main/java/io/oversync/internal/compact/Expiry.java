/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.oversync.internal.catalog.RowKey;

/**
 * Decides which deleted rows leave a stream altogether, with all of their entries.
 * Afterwards the stream is one in which such a row never was. That is right for a device
 * that begins with nothing, and for one that has passed the delete; any other is told to
 * begin again.
 * <ol>
 * <li>A row goes if its last entry is a delete that has expired, below the horizon, with
 * the rest of its transaction.</li>
 * <li>It stays if one of its entries has to.</li>
 * <li>It stays if an entry of a row that stays refers to it: a device that begins with
 * nothing would meet that entry without its parent.</li>
 * <li>Rows that refer to each other go together, or the one that refers first. Each step
 * leaves a correct stream.</li>
 * </ol>
 */
final class Expiry {

	private final Map<RowKey, List<PrefixEntry>> rows = new HashMap<>();

	/** By row: the rows that one of its entries refers to. */
	private final Map<RowKey, Set<RowKey>> parents = new HashMap<>();

	private final Map<RowKey, Going> going = new HashMap<>();

	private Expiry(List<PrefixEntry> entries, RowConstraints constraints) {
		Map<RowKey, Map<String, String>> images = new HashMap<>();
		for (PrefixEntry entry : entries) {
			this.rows.computeIfAbsent(entry.row(), (row) -> new ArrayList<>(2)).add(entry);
			Map<String, String> members = entry.members();
			if (members == null) {
				images.remove(entry.row());
				continue;
			}
			Map<String, String> image = new HashMap<>(images.getOrDefault(entry.row(), Map.of()));
			image.putAll(members);
			images.put(entry.row(), image);
			this.parents.computeIfAbsent(entry.row(), (row) -> new HashSet<>(2))
				.addAll(constraints.parents(entry.row(), image));
		}
	}

	/**
	 * Finds the rows that go.
	 * @param entries the entries that a prefix has, ascending
	 * @param expired the rows whose tombstones have expired, as far as their states show
	 * @param pinned positions that have to stay
	 * @param horizon the position below which all devices that count have the stream
	 * @param constraints the constraints of devices
	 * @param most the most entries that one step removes, unless rows refer to each other
	 * @return the steps, in their order
	 */
	static List<Step> find(List<PrefixEntry> entries, Set<RowKey> expired, Set<Long> pinned, long horizon,
			RowConstraints constraints, int most) {
		if (expired.isEmpty()) {
			return List.of();
		}
		Expiry expiry = new Expiry(entries, constraints);
		expiry.addCandidates(entries, expired, pinned, horizon);
		expiry.keepReferred();
		return expiry.steps(most);
	}

	private void addCandidates(List<PrefixEntry> entries, Set<RowKey> expired, Set<Long> pinned, long horizon) {
		long end = -1;
		for (int i = entries.size() - 1; i >= 0; i--) {
			PrefixEntry entry = entries.get(i);
			boolean last = i == entries.size() - 1;
			if (last || entries.get(i + 1).transaction() != entry.transaction()) {
				// the last transaction may go on behind the prefix
				end = last ? Long.MAX_VALUE : entry.serverId();
			}
			else if (end != Long.MAX_VALUE) {
				end = Math.max(end, entry.serverId());
			}
			List<PrefixEntry> all = this.rows.getOrDefault(entry.row(), List.of());
			boolean latest = all.get(all.size() - 1) == entry;
			if (latest && entry.isDelete() && end < horizon && expired.contains(entry.row())
					&& all.stream().noneMatch((other) -> pinned.contains(other.serverId()))) {
				this.going.put(entry.row(), new Going(all, end));
			}
		}
	}

	/** Rows that stay keep what they refer to, and so on. */
	private void keepReferred() {
		Deque<RowKey> staying = new ArrayDeque<>();
		this.rows.keySet().stream().filter((row) -> !this.going.containsKey(row)).forEach(staying::add);
		for (RowKey row = staying.poll(); row != null; row = staying.poll()) {
			for (RowKey parent : this.parents.getOrDefault(row, Set.of())) {
				if (this.going.remove(parent) != null) {
					staying.add(parent);
				}
			}
		}
	}

	private List<Step> steps(int most) {
		Map<RowKey, Integer> referring = new HashMap<>();
		for (RowKey row : this.going.keySet()) {
			parentsOf(row).forEach((parent) -> referring.merge(parent, 1, Integer::sum));
		}
		Set<RowKey> left = new HashSet<>(this.going.keySet());
		List<Step> steps = new ArrayList<>();
		Step step = new Step();
		Deque<Going> free = new ArrayDeque<>();
		sorted((row) -> !referring.containsKey(row)).forEach(free::add);
		for (Going next = free.poll(); next != null; next = free.poll()) {
			left.remove(next.row());
			if (!step.isEmpty() && step.positions.size() + next.entries.size() > most) {
				steps.add(step);
				step = new Step();
			}
			step.add(next);
			for (RowKey parent : parentsOf(next.row())) {
				Going freed = this.going.get(parent);
				if (freed != null && referring.merge(parent, -1, Integer::sum) == 0) {
					free.add(freed);
				}
			}
		}
		if (!step.isEmpty()) {
			steps.add(step);
		}
		if (!left.isEmpty()) {
			// circles, and what they refer to
			Step together = new Step();
			sorted(left::contains).forEach(together::add);
			steps.add(together);
		}
		return steps;
	}

	private List<Going> sorted(Predicate<RowKey> some) {
		return this.going.values()
			.stream()
			.filter((going) -> some.test(going.row()))
			.sorted(Comparator.comparingLong((going) -> going.tombstone().serverId()))
			.toList();
	}

	private Set<RowKey> parentsOf(RowKey row) {
		Set<RowKey> others = new HashSet<>(this.parents.getOrDefault(row, Set.of()));
		others.retainAll(this.going.keySet());
		others.remove(row);
		return others;
	}

	/**
	 * A row that goes.
	 *
	 * @param entries all of its entries
	 * @param end where the transaction of its delete ends
	 */
	private record Going(List<PrefixEntry> entries, long end) {

		RowKey row() {
			return tombstone().row();
		}

		PrefixEntry tombstone() {
			return this.entries.get(this.entries.size() - 1);
		}

	}

	/** Rows that go together. */
	static final class Step {

		private final List<PrefixEntry> tombstones = new ArrayList<>();

		private final List<Long> positions = new ArrayList<>();

		private long end;

		private void add(Going row) {
			row.entries.forEach((entry) -> this.positions.add(entry.serverId()));
			this.tombstones.add(row.tombstone());
			this.end = Math.max(this.end, row.end);
		}

		private boolean isEmpty() {
			return this.positions.isEmpty();
		}

		/** Returns the last entry of each row. */
		List<PrefixEntry> tombstones() {
			return this.tombstones;
		}

		/** Returns the positions of all entries. */
		List<Long> positions() {
			return this.positions;
		}

		/** Returns the first cursor that does not miss what goes. */
		long end() {
			return this.end;
		}

	}

}

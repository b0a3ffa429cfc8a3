/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.oversync.internal.catalog.DeleteRule;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;

/**
 * The rows that one phase of deletes keeps, each with its reason. They decide every
 * delete that would cascade to one of them: otherwise the deletes of a chain of rows
 * would each follow the chain to its end.
 * <p>
 * A reason holds until the phase ends, since a phase only deletes rows and unlinks their
 * children: the cascades that lead from one row to another stay as long as both rows do.
 */
final class Keepers {

	private static final int MAX_WITNESSES = 10;

	private final TableCatalog catalog;

	private final PlannedRows state;

	private final Predicate<RowKey> undecided;

	private final Map<RowKey, Reason> kept = new HashMap<>();

	/**
	 * Starts without kept rows.
	 * @param catalog the registered tables
	 * @param state the rows
	 * @param undecided whether a row may still be deleted by a delete of its own
	 */
	Keepers(TableCatalog catalog, PlannedRows state, Predicate<RowKey> undecided) {
		this.catalog = catalog;
		this.state = state;
		this.undecided = undecided;
	}

	/**
	 * Returns whether a row is known to be kept, so that its effects need not be
	 * followed.
	 * @param row the row
	 * @return whether a reason was noted
	 */
	boolean contains(RowKey row) {
		return this.kept.containsKey(row);
	}

	/**
	 * Notes that a row is kept.
	 * @param row the row
	 * @param reason why
	 */
	void add(RowKey row, Reason reason) {
		this.kept.put(row, reason);
	}

	/**
	 * Determines whether a row must be kept.
	 * @param row the row
	 * @param effects what follows from its delete, up to rows that are kept
	 * @return the reasons, as far as they are known
	 */
	Reason judge(RowKey row, DeleteEffects effects) {
		int time = this.state.entries().size();
		Map<RowKey, RowKey> refusing = new LinkedHashMap<>(effects.refusing());
		int lastGroup = effects.lastGroup();
		boolean settled = false;
		for (RowKey below : effects.keepers()) {
			Reason reason = this.kept.getOrDefault(below, Reason.NONE);
			lastGroup = Math.max(lastGroup, reason.lastGroup);
			boolean repeated = below.equals(row) && reason.time == time;
			for (Witness witness : (refusing.size() < MAX_WITNESSES) ? reason.witnesses : List.<Witness>of()) {
				if (repeated || (isThere(witness) && stays(witness.child, row))) {
					refusing.put(witness.child, witness.parent);
					settled = true;
				}
			}
		}
		List<Witness> witnesses = first(refusing);
		return new Reason(witnesses, settled || witnesses.stream().anyMatch((witness) -> stays(witness.child, row)),
				lastGroup, time);
	}

	private static List<Witness> first(Map<RowKey, RowKey> refusing) {
		return refusing.entrySet()
			.stream()
			.map((entry) -> new Witness(entry.getKey(), entry.getValue()))
			.sorted(Comparator.comparing(Witness::name))
			.limit(MAX_WITNESSES)
			.toList();
	}

	private boolean isThere(Witness witness) {
		return this.state.row(witness.parent).isLive() && !this.state.isDeletedByBatch(witness.child);
	}

	/**
	 * Returns whether a row stays although another one is deleted: neither it nor a row
	 * that cascades to it can still be deleted.
	 */
	private boolean stays(RowKey refusing, RowKey deleted) {
		Set<RowKey> met = new HashSet<>(Set.of(refusing));
		Deque<RowKey> open = new ArrayDeque<>(met);
		while (!open.isEmpty()) {
			RowKey row = open.pop();
			if (row.equals(deleted) || this.undecided.test(row)) {
				return false;
			}
			for (ForeignKey foreignKey : this.catalog.get(row.table()).references()) {
				RowKey parent = (foreignKey.deleteRule() == DeleteRule.CASCADE)
						? this.state.references().parentOf(row, foreignKey) : null;
				if (parent != null && met.add(parent)) {
					open.push(parent);
				}
			}
		}
		return true;
	}

	/**
	 * Why a row is kept.
	 *
	 * @param witnesses rows that refuse its delete, ten at most; none if it only has to
	 * wait
	 * @param settled whether one of them refuses it whatever else is deleted
	 * @param lastGroup the last group that touches a row which its delete would affect,
	 * -1 for none
	 * @param time the number of entries when this was determined
	 */
	record Reason(List<Witness> witnesses, boolean settled, int lastGroup, int time) {

		static final Reason NONE = new Reason(List.of(), false, -1, -1);

		List<RowKey> refusing() {
			return this.witnesses.stream().map(Witness::child).toList();
		}

	}

	/**
	 * A row that refuses a delete.
	 *
	 * @param child the row
	 * @param parent the row that it refers to: the one to be deleted, or one that the
	 * delete cascades to
	 */
	record Witness(RowKey child, RowKey parent) {

		String name() {
			return this.child.toString();
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Collapses what happened to rows into one business write each: a delete, or one upsert
 * of the images since the row's last delete. The number of writes depends on the number
 * of rows, not on how often each of them changed.
 * <p>
 * All upserts come first, parents before children, then all deletes, children before
 * parents: a row that moves to another parent has moved before a delete could take it
 * along.
 */
final class BusinessWrites {

	private final TableCatalog catalog;

	private final UploadFacts facts;

	private final PlannedRows state;

	BusinessWrites(TableCatalog catalog, UploadFacts facts, PlannedRows state) {
		this.catalog = catalog;
		this.facts = facts;
		this.state = state;
	}

	/**
	 * Collapses the entries of the batch.
	 * @param unlinked the updates of references that the server made, one for each entry
	 * that has one
	 * @return the writes, each row once
	 */
	List<BusinessWrite> collapse(List<BusinessWrite> unlinked) {
		Map<RowKey, Map<Long, BusinessWrite>> updates = new HashMap<>();
		unlinked.forEach(
				(write) -> updates.computeIfAbsent(write.row(), (row) -> new HashMap<>()).put(write.version(), write));
		Map<RowKey, History> histories = new LinkedHashMap<>();
		for (StreamEntry entry : this.state.entries()) {
			List<Payload> images = images(entry, updates.getOrDefault(entry.row(), Map.of()).get(entry.version()));
			if (entry.op() == Operation.DELETE || !images.isEmpty()) {
				histories.computeIfAbsent(entry.row(), this::start).add(entry, images);
			}
		}
		Map<RowKey, BusinessWrite> upserts = new LinkedHashMap<>();
		Map<RowKey, BusinessWrite> deletes = new LinkedHashMap<>();
		for (History history : histories.values()) {
			BusinessWrite write = history.write();
			(write.isDelete() ? deletes : upserts).put(write.row(), write);
		}
		List<BusinessWrite> writes = new ArrayList<>(histories.size());
		add(writes, upserts, Comparator.comparing(this::rank), this.state.references()::parentsOf);
		// children as the business tables hold them before they are touched
		add(writes, deletes, Comparator.comparing(this::rank).reversed(),
				(row) -> this.facts.childrenOf(row).stream().map(Child::row).toList());
		return writes;
	}

	/**
	 * Returns what an entry changes in the business table. Of an update that the server
	 * made that is what it changed itself, and nothing where it only repeats a row.
	 */
	private static List<Payload> images(StreamEntry entry, @Nullable BusinessWrite update) {
		if (entry.byServer()) {
			return (update != null) ? update.images() : List.of();
		}
		return (entry.payload() != null) ? List.of(entry.payload()) : List.of();
	}

	private History start(RowKey row) {
		RowState before = this.facts.row(row);
		return new History(before != null && before.deleted());
	}

	private void add(List<BusinessWrite> writes, Map<RowKey, BusinessWrite> byRow, Comparator<RowKey> byRank,
			Function<RowKey, List<RowKey>> first) {
		Map<RowKey, List<RowKey>> dependencies = new HashMap<>();
		for (RowKey row : byRow.keySet()) {
			// rows of another rank are in order already
			List<RowKey> before = first.apply(row)
				.stream()
				.filter((other) -> byRow.containsKey(other) && !other.equals(row) && rank(other) == rank(row))
				.toList();
			if (!before.isEmpty()) {
				dependencies.put(row, before);
			}
		}
		List<RowKey> rows = byRow.keySet().stream().sorted(byRank).toList();
		if (!dependencies.isEmpty()) {
			rows = DependencyOrder.sort(rows, (row) -> dependencies.getOrDefault(row, List.of()));
		}
		rows.forEach((row) -> writes.add(Objects.requireNonNull(byRow.get(row))));
	}

	private int rank(RowKey row) {
		return this.catalog.rank(row.table());
	}

	/** What the batch did to one row. */
	private static final class History {

		private final List<Payload> images = new ArrayList<>();

		private boolean wasDeleted;

		private @Nullable StreamEntry last;

		History(boolean wasDeleted) {
			this.wasDeleted = wasDeleted;
		}

		void add(StreamEntry entry, List<Payload> changed) {
			this.last = entry;
			if (entry.op() == Operation.DELETE) {
				this.images.clear();
				this.wasDeleted = true;
			}
			this.images.addAll(changed);
		}

		BusinessWrite write() {
			StreamEntry entry = Objects.requireNonNull(this.last);
			boolean delete = entry.op() == Operation.DELETE;
			return new BusinessWrite(entry.row(), entry.version(), entry.op(), this.images, entry.payload(),
					this.wasDeleted && !delete);
		}

	}

}

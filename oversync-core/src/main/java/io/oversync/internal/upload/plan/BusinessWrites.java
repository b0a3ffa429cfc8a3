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
import io.oversync.internal.stream.ChangedImage;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Collapses the entries of each row into one business write: a delete, or one upsert of
 * the images since the row's last delete. The number of writes depends on the number of
 * rows, not on how often each of them changed.
 * <p>
 * All upserts come first, parents before children, then all deletes, children before
 * parents: a row that moves to another parent moves before a delete could cascade to it.
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
	 * @return the writes, each row once
	 */
	List<BusinessWrite> collapse() {
		Map<RowKey, RowEntries> histories = new LinkedHashMap<>();
		for (StreamEntry entry : this.state.entries()) {
			histories.computeIfAbsent(entry.row(), this::start).add(entry, image(entry));
		}
		Map<RowKey, BusinessWrite> upserts = new LinkedHashMap<>();
		Map<RowKey, BusinessWrite> deletes = new LinkedHashMap<>();
		histories.forEach((row, history) -> {
			BusinessWrite write = history.write(this.state.row(row));
			(write.isDelete() ? deletes : upserts).put(row, write);
		});
		List<BusinessWrite> writes = new ArrayList<>(histories.size());
		add(writes, upserts, Comparator.comparing(this::rank), this.state.references()::parentsOf);
		// children as the business tables hold them before the upload
		add(writes, deletes, Comparator.comparing(this::rank).reversed(),
				(row) -> this.facts.childrenOf(row).stream().map(Child::row).toList());
		return writes;
	}

	/**
	 * Returns the change of an entry to the business table. If the server unlinks a row,
	 * only the references: the server must not change the other columns.
	 */
	private @Nullable Payload image(StreamEntry entry) {
		ChangedImage changed = this.state.changedImages().get(entry.serverId());
		return (changed != null) ? changed.members() : entry.payload();
	}

	private RowEntries start(RowKey row) {
		return new RowEntries(this.facts.row(row).deleted());
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

	/** The entries of one row. */
	private static final class RowEntries {

		private final List<Payload> images = new ArrayList<>();

		private boolean wasDeleted;

		private @Nullable StreamEntry last;

		RowEntries(boolean wasDeleted) {
			this.wasDeleted = wasDeleted;
		}

		void add(StreamEntry entry, @Nullable Payload image) {
			this.last = entry;
			if (entry.op() == Operation.DELETE) {
				this.images.clear();
				this.wasDeleted = true;
			}
			if (image != null) {
				this.images.add(image);
			}
		}

		BusinessWrite write(RowState state) {
			StreamEntry entry = Objects.requireNonNull(this.last);
			boolean delete = entry.op() == Operation.DELETE;
			return new BusinessWrite(entry.row(), entry.op(), state, this.images, entry.payload(),
					this.wasDeleted && !delete);
		}

	}

}

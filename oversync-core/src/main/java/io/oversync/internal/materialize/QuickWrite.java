/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.materialize.BusinessWriter.Shape;
import io.oversync.internal.materialize.BusinessWriter.ValuedRow;
import io.oversync.internal.materialize.ReferenceGuard.Written;
import io.oversync.internal.store.Applying;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.stream.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Writes a few rows of one table together with the statements of the stream, which saves
 * three round trips: half of a small upload. Expects that every row is written. If one is
 * not, the write is undone and {@link StepWriter} repeats it step by step.
 */
final class QuickWrite {

	private static final String SAVEPOINT = "SAVEPOINT oversync_quick";

	static final String UNDO = "ROLLBACK TO SAVEPOINT oversync_quick; RELEASE SAVEPOINT oversync_quick";

	/** With more rows, round trips no longer matter. */
	private static final int MAX_ROWS = 100;

	private final SyncedTable table;

	private final Shape shape;

	private final List<ValuedRow> rows;

	private final Owner owner;

	private final BusinessWriter writer;

	private final Set<UUID> claimed = new HashSet<>();

	private final Set<UUID> written = new HashSet<>();

	private boolean unfit;

	private QuickWrite(SyncedTable table, Shape shape, List<ValuedRow> rows, Owner owner, BusinessWriter writer) {
		this.table = table;
		this.shape = shape;
		this.rows = rows;
		this.owner = owner;
		this.writer = writer;
	}

	/**
	 * Prepares the quick write of an upload.
	 * @param steps the writes
	 * @param owner the owner
	 * @param writer knows the statements
	 * @return null unless one statement can do it
	 */
	static @Nullable QuickWrite of(List<Step> steps, Owner owner, BusinessWriter writer) {
		if (steps.isEmpty() || steps.size() > MAX_ROWS) {
			return null;
		}
		SyncedTable table = steps.get(0).table();
		List<ValuedRow> rows = steps.stream()
			.filter((step) -> step.table().equals(table))
			.flatMap((step) -> ValuedRow.of(step).stream())
			.toList();
		if (rows.size() < steps.size()) {
			return null;
		}
		Shape shape = Shape.of(table, rows.get(0));
		boolean alike = rows.stream()
			.allMatch((row) -> Shape.of(table, row).equals(shape) && shape.isInsertable(table, row));
		return alike ? new QuickWrite(table, shape, rows, owner, writer) : null;
	}

	/**
	 * Adds the statements, behind those of the stream.
	 * @param batch takes them
	 * @param guard knows whose rows they refer to
	 * @param definitions compares the table with what is known of it
	 * @param captured whether triggers have to know the engine's writes
	 */
	void addTo(StatementBatch batch, ReferenceGuard guard, Definitions definitions, boolean captured) {
		boolean looksUp = !this.table.ownership().references().isEmpty();
		Planning planning = looksUp ? Planning.EACH_TIME : Planning.AS_USUAL;
		// a rollback to the savepoint undoes settings made behind it, so those before it
		// have to fit what follows then
		if (captured) {
			Applying.add(batch, true);
		}
		batch.add(Planning.EACH_TIME, SAVEPOINT);
		if (this.table.ownerColumn() == null) {
			this.writer.addClaims(batch, this.table, this.rows, this.owner, this.claimed::add);
		}
		this.writer.addUpsert(batch, planning, this.table, this.shape, this.rows, this.owner, (key, mine) -> {
			this.written.add(key);
			this.unfit |= !mine;
		});
		batch.add(planning, StepWriter.CHECK);
		Written keys = new Written();
		keys.add(this.table, this.rows.stream().map(ValuedRow::write).toList(), List.of());
		guard.addChecks(batch, keys, this.owner);
		definitions.addComparison(batch, List.of(this.table), (changed) -> this.unfit = true);
		if (captured) {
			Applying.add(batch, false);
		}
	}

	/**
	 * Returns whether the write succeeded, after the statements ran.
	 * @return whether every row is in its table as planned
	 */
	boolean isDone() {
		boolean allClaimed = this.table.ownerColumn() != null || this.claimed.size() == this.rows.size();
		return !this.unfit && allClaimed && this.written.size() == this.rows.size();
	}

}

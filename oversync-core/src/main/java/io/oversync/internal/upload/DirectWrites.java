/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import io.oversync.internal.absorb.Absorber;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessTables;
import io.oversync.internal.materialize.Materializer;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.internal.upload.ChangeValidator.InvalidChangeException;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Contents;
import io.oversync.internal.upload.plan.Outcome;
import io.oversync.internal.upload.plan.UploadFacts;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.internal.upload.plan.UploadPlanner;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import org.jspecify.annotations.Nullable;

/**
 * Rows that the application writes into a user's stream by itself. They are planned and
 * written as an upload is, with three differences: a change follows whatever version its
 * row has, the source is {@code server}, and what an upload would answer with a status or
 * record as a failure is an exception.
 */
public final class DirectWrites {

	private final ChangeValidator validator;

	private final PayloadChecks payloadChecks;

	private final FactsLoader factsLoader;

	private final EqualPayloads equalPayloads;

	private final UploadPlanner planner;

	private final RefusalCheck refusals;

	private final PlanWriter planWriter;

	private final Materializer materializer;

	private final Absorber absorber;

	/**
	 * Creates the writer.
	 * @param catalog the registered tables
	 * @param dataSource the application's database
	 * @param tables the sync schema
	 * @param materializer writes business tables
	 * @param absorber brings in what the application has written by other means
	 */
	public DirectWrites(TableCatalog catalog, DataSource dataSource, SyncTables tables, Materializer materializer,
			Absorber absorber) {
		this.validator = new ChangeValidator(catalog);
		this.payloadChecks = new PayloadChecks(catalog);
		this.factsLoader = new FactsLoader(catalog, tables, new BusinessTables(dataSource, catalog), absorber);
		this.equalPayloads = new EqualPayloads(tables);
		this.planner = new UploadPlanner(catalog);
		this.refusals = new RefusalCheck(catalog, new Definitions(dataSource));
		this.planWriter = new PlanWriter(catalog, tables, materializer);
		this.materializer = materializer;
		this.absorber = absorber;
	}

	/**
	 * Sends what an object-relational mapper has not written yet, so that it comes before
	 * the rows.
	 */
	public void flush() {
		this.materializer.flush();
	}

	/**
	 * Writes rows in the transaction of the caller.
	 * @param actor the user, as a source that makes no change
	 * @param writes the rows
	 * @return of each row what came of it, in the same order
	 * @throws IllegalArgumentException if a row can never be written
	 * @throws RefusedRowException if a row cannot be written as others are now
	 */
	public List<WrittenRow> write(SyncActor actor, List<UploadChange> writes) {
		List<Change> changes = validate(actor, writes);
		Contents contents = new Contents();
		UploadFacts facts = this.factsLoader.lockAndLoad(actor, changes, contents, Deadline.NONE);
		Set<Integer> equal = this.equalPayloads.find(changes, facts, contents);
		List<Change> different = changes.stream().filter((change) -> !equal.contains(change.index())).toList();
		UploadPlan plan = this.planner.plan(different, facts, contents, Deadline.NONE);
		this.refusals.confirm(different, plan.outcomes());
		different.forEach((change) -> requireApplied(change, plan.outcomes().get(change.index())));
		this.planWriter.writeOrRefuse(actor, facts.stream(), plan);
		this.absorber.requireNone(actor, plan.guardedRows(different));
		this.absorber.requireNoneReferring(actor, plan.deletedRows());
		return results(changes, facts, plan);
	}

	private List<Change> validate(SyncActor actor, List<UploadChange> writes) {
		List<Change> changes = new ArrayList<>(writes.size());
		for (UploadChange write : writes) {
			try {
				Change change = this.validator.validate(changes.size(), write).byServer();
				this.payloadChecks.check(change, actor.userId());
				changes.add(change);
			}
			catch (InvalidChangeException ex) {
				SyncedTable judge = ex.judge();
				if (judge != null) {
					this.refusals.confirm(List.of(judge));
				}
				throw new IllegalArgumentException(
						"Row %s of %s.%s: %s".formatted(write.pk(), write.schema(), write.table(), ex.getMessage()),
						ex);
			}
		}
		return changes;
	}

	private static void requireApplied(Change change, @Nullable Outcome outcome) {
		if (outcome instanceof Outcome.Missing missing) {
			throw new RefusedRowException(change.row(), "it refers to rows that this user does not have: "
					+ String.join(", ", missing.missing().stream().map(RowKey::toString).toList()));
		}
		if (outcome instanceof Outcome.Refused refused) {
			throw new RefusedRowException(change.row(),
					"other rows refer to it, so it was not deleted: " + String.join(", ", refused.referencedBy()));
		}
		if (!(outcome instanceof Outcome.Applied)) {
			throw new IllegalStateException("The write of " + change.row() + " was left undecided");
		}
	}

	private static List<WrittenRow> results(List<Change> changes, UploadFacts facts, UploadPlan plan) {
		Set<Step> entries = new HashSet<>();
		for (StreamEntry entry : plan.entries()) {
			entries.add(new Step(entry.row(), entry.version()));
		}
		List<WrittenRow> results = new ArrayList<>(changes.size());
		for (Change change : changes) {
			if (plan.outcomes().get(change.index()) instanceof Outcome.Applied applied) {
				// a second delete of a row has the version of the first
				boolean changed = entries.remove(new Step(change.row(), applied.version()));
				results.add(new WrittenRow(applied.version(), changed));
			}
			else {
				RowState state = plan.rows()
					.getOrDefault(change.row(), facts.rows().getOrDefault(change.row(), RowState.UNKNOWN));
				results.add(new WrittenRow(state.version(), false));
			}
		}
		return results;
	}

	/**
	 * What came of one write.
	 *
	 * @param version the version of the row, 0 for one that the stream never had
	 * @param changed whether the write changed the stream
	 */
	public record WrittenRow(long version, boolean changed) {
	}

	private record Step(RowKey row, long version) {
	}

}

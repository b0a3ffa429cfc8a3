/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.List;
import java.util.function.BiConsumer;

import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.Materializer;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.Restore;
import io.oversync.internal.stream.RowFailure;
import io.oversync.internal.stream.Stream;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncActor;

/**
 * Carries out a plan under the lock of the user's stream.
 */
final class PlanWriter {

	private final TableCatalog catalog;

	private final SyncTables tables;

	private final Materializer materializer;

	PlanWriter(TableCatalog catalog, SyncTables tables, Materializer materializer) {
		this.catalog = catalog;
		this.tables = tables;
		this.materializer = materializer;
	}

	/**
	 * Writes the stream, the rows' versions and the business tables. Rows that their
	 * tables refuse are recorded as failures.
	 * @param actor the uploading device
	 * @param locked the stream as it was locked
	 * @param plan the plan
	 * @param deadline when it must be written
	 * @return the stream as it is now
	 */
	Stream write(SyncActor actor, Stream locked, UploadPlan plan, Deadline deadline) {
		return write(actor, locked, plan, deadline, this.tables.failures()::record);
	}

	/**
	 * Writes as {@link #write} does, or fails where a table refuses a row.
	 * @param actor sees the stream
	 * @param locked the stream as it was locked
	 * @param plan the plan
	 * @throws RefusedRowException if a table refuses a row
	 */
	void writeOrRefuse(SyncActor actor, Stream locked, UploadPlan plan) {
		write(actor, locked, plan, Deadline.NONE, (owner, failures) -> {
			RowFailure first = failures.get(0);
			throw new RefusedRowException(first.write().row(), first.error());
		});
	}

	private Stream write(SyncActor actor, Stream locked, UploadPlan plan, Deadline deadline,
			BiConsumer<Owner, List<RowFailure>> refused) {
		if (plan.entries().isEmpty() && plan.restores().isEmpty()) {
			return locked;
		}
		StatementBatch batch = this.tables.streams()
			.batch()
			// a row that takes too long must leave time to be recorded as a failure
			.limit(Deadline.in(deadline.left().dividedBy(2)));
		Stream stream = append(locked, plan);
		new ChangedImages(this.catalog, this.tables.changes(), stream, batch).append(plan);
		this.tables.changes().append(batch, stream, complete(plan));
		if (!plan.restores().isEmpty()) {
			this.tables.changes().restore(batch, stream, plan.restores());
			this.tables.restores().record(batch, stream, plan.restores());
		}
		this.tables.rowVersions().save(batch, stream.id(), plan.rows());
		this.tables.streams().advance(batch, actor, locked, stream);
		materialize(batch, stream, plan, deadline, refused);
		return stream;
	}

	private static Stream append(Stream locked, UploadPlan plan) {
		Stream stream = locked.append(plan.entries());
		// restores are for the device, which may have no other change
		return plan.restores().isEmpty() ? stream
				: stream.append(plan.restores().stream().map(Restore::entry).toList()).withOwnSource();
	}

	/** Returns the entries whose after-image is written later. */
	private static List<StreamEntry> complete(UploadPlan plan) {
		return plan.entries().stream().filter((entry) -> !plan.changedImages().containsKey(entry.serverId())).toList();
	}

	private void materialize(StatementBatch batch, Stream stream, UploadPlan plan, Deadline deadline,
			BiConsumer<Owner, List<RowFailure>> refused) {
		Materializer.Result result = this.materializer.writeBehind(batch, stream.owner(), plan.writes(), deadline);
		if (stream.hasFailures() && !result.written().isEmpty()) {
			this.tables.failures().clear(stream.id(), result.written());
		}
		if (!result.failures().isEmpty()) {
			refused.accept(stream.owner(), result.failures());
		}
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.List;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.Materializer;
import io.oversync.internal.materialize.RowFailure;
import io.oversync.internal.store.FailureStore.FailedRow;
import io.oversync.internal.store.RestoreStore.StoredRestore;
import io.oversync.internal.store.RowVersionStore.Address;
import io.oversync.internal.store.RowVersionStore.RowVersion;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.store.StoredChange;
import io.oversync.internal.store.Stream;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.upload.plan.Image;
import io.oversync.internal.upload.plan.UploadPlan.NewRowState;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncActor;

/**
 * Carries out a plan under the lock of the user's stream.
 */
final class PlanWriter {

	private final TableCatalog catalog;

	private final UploadStores stores;

	PlanWriter(TableCatalog catalog, UploadStores stores) {
		this.catalog = catalog;
		this.stores = stores;
	}

	/**
	 * Writes the stream, the rows' versions and the business tables.
	 * @param actor who uploads
	 * @param locked the stream as it was locked
	 * @param plan what to write
	 * @param deadline when it must be written
	 * @return the stream as it is now
	 */
	Stream write(SyncActor actor, Stream locked, UploadPlan plan, Deadline deadline) {
		if (plan.entries().isEmpty() && plan.restores().isEmpty()) {
			return locked;
		}
		StatementBatch batch = this.stores.streams()
			.batch()
			// a row that takes too long must leave time to be recorded as a failure
			.limit(Deadline.in(deadline.left().dividedBy(2)));
		Stream stream = append(batch, actor, locked, plan);
		this.stores.rowVersions().save(batch, stream.id(), rowVersions(locked, plan));
		this.stores.streams().advance(batch, stream);
		materialize(batch, actor, locked, stream, plan, deadline);
		return stream;
	}

	private Stream append(StatementBatch batch, SyncActor actor, Stream locked, UploadPlan plan) {
		StreamTail tail = new StreamTail(this.catalog, actor, locked);
		List<StoredChange> stored = plan.entries().stream().map(tail::append).toList();
		new ChangedImages(this.catalog, this.stores.changes(), locked.id(), batch).append(plan.entries(), stored);
		List<StoredChange> complete = new ArrayList<>(stored.size());
		for (int i = 0; i < stored.size(); i++) {
			if (plan.entries().get(i).changed() == null) {
				complete.add(stored.get(i));
			}
		}
		this.stores.changes().append(batch, locked.id(), complete);
		if (!plan.restores().isEmpty()) {
			List<StoredRestore> restores = plan.restores()
				.stream()
				.map((restore) -> new StoredRestore(tail.append(restore), imageServerId(locked, restore.image()),
						restore.baseVersions(), restore.referencedBy()))
				.toList();
			this.stores.restores().append(batch, locked.id(), restores, tail.ownSource());
		}
		tail.newSources()
			.forEach((sourceId, number) -> this.stores.streams().addSource(batch, locked.id(), number, sourceId));
		return tail.stream();
	}

	private List<RowVersion> rowVersions(Stream locked, UploadPlan plan) {
		List<RowVersion> versions = new ArrayList<>(plan.rows().size());
		plan.rows().forEach((row, state) -> {
			Address address = new Address(this.catalog.get(row.table()).id(), row.pk());
			long image = imageServerId(locked, state.image());
			versions.add(new RowVersion(address, state.version(), serverId(locked, state.entry()),
					(image != 0) ? image : null, state.deleted()));
		});
		return versions;
	}

	private static long imageServerId(Stream locked, Image image) {
		return (image.entry() != null) ? serverId(locked, image.entry()) : image.serverId();
	}

	private static long serverId(Stream locked, int entry) {
		return locked.head() + 1 + entry;
	}

	private void materialize(StatementBatch batch, SyncActor actor, Stream locked, Stream stream, UploadPlan plan,
			Deadline deadline) {
		Materializer.Result result = this.stores.materializer()
			.writeBehind(batch, new Owner(actor.userId(), stream.id()), plan.writes(), deadline);
		if (stream.hasFailures() && !result.written().isEmpty()) {
			this.stores.failures().clear(stream.id(), result.written());
		}
		if (!result.failures().isEmpty()) {
			this.stores.failures()
				.record(stream.id(), actor.userId(),
						result.failures().stream().map((failure) -> failedRow(failure, locked, plan)).toList());
		}
	}

	private static FailedRow failedRow(RowFailure failure, Stream locked, UploadPlan plan) {
		RowKey row = failure.write().row();
		NewRowState state = plan.rows().get(row);
		return new FailedRow(row, failure.write().version(), failure.write().op(),
				(state != null) ? serverId(locked, state.entry()) : 0, failure.error());
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.ChangeStore.AppliedChange;
import io.oversync.internal.store.ChangeStore;
import io.oversync.internal.store.RowVersionStore.Address;
import io.oversync.internal.store.RowVersionStore.RowVersion;
import io.oversync.internal.store.RowVersionStore;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.store.Stream;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Reference;
import io.oversync.internal.upload.plan.RowState;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

/**
 * Locks the user's stream and reads what nearly every upload needs of it, in one batch of
 * statements unless the upload is large.
 */
final class StreamOpener {

	/**
	 * PostgreSQL may have to answer one statement while the next is still on its way:
	 * that much of it fits between the two of them.
	 */
	private static final int MAX_ROWS_TOGETHER = 1_000;

	private final TableCatalog catalog;

	private final StreamStore streams;

	private final ChangeStore changeStore;

	private final RowVersionStore rowVersions;

	StreamOpener(TableCatalog catalog, StreamStore streams, ChangeStore changeStore, RowVersionStore rowVersions) {
		this.catalog = catalog;
		this.streams = streams;
		this.changeStore = changeStore;
		this.rowVersions = rowVersions;
	}

	/**
	 * Locks the stream, and makes it on first use.
	 * @param actor who uploads
	 * @param changes the valid changes
	 * @param deadline of the transaction
	 * @return the stream and what is known of the changes
	 */
	Opening open(SyncActor actor, List<Change> changes, Deadline deadline) {
		Opening opening = tryOpen(this.streams.likelyId(actor.userId()), actor, changes, deadline);
		if (opening == null) {
			// a new user, or one whose likely id another user's stream has
			opening = tryOpen(this.streams.findOrCreate(actor.userId()), actor, changes, deadline);
		}
		if (opening == null) {
			throw new IllegalStateException("The stream of the user vanished while it was being made");
		}
		return opening;
	}

	/**
	 * Opens the stream of an id. Where it is not this user's, nothing that was read is
	 * used.
	 */
	private @Nullable Opening tryOpen(long streamId, SyncActor actor, List<Change> changes, Deadline deadline) {
		Set<Long> ids = new LinkedHashSet<>();
		Set<RowKey> rows = new LinkedHashSet<>();
		for (Change change : changes) {
			if (change.sourceChangeId() > 0) {
				ids.add(change.sourceChangeId());
			}
			rows.add(change.row());
			for (Reference reference : change.references()) {
				if (reference.parent() != null) {
					rows.add(reference.parent());
				}
			}
		}
		boolean together = rows.size() <= MAX_ROWS_TOGETHER;
		List<Stream> locked = new ArrayList<>(1);
		Map<Long, List<AppliedChange>> applications = new HashMap<>();
		Map<RowKey, RowState> states = new HashMap<>();
		StatementBatch batch = this.streams.batch();
		this.streams.lock(batch, streamId, actor, deadline, locked::add);
		if (!together) {
			batch.execute();
		}
		this.changeStore.findApplications(batch, streamId, actor.sourceId(), ids,
				(id, applied) -> applications.computeIfAbsent(id, (key) -> new ArrayList<>()).add(applied));
		if (!together) {
			batch.execute();
		}
		this.rowVersions.load(batch, streamId, List.copyOf(rows), this::address,
				(row, version) -> states.put(row, state(version)));
		batch.execute();
		applications.values().forEach((applied) -> applied.sort(Comparator.comparingLong(AppliedChange::serverId)));
		return locked.isEmpty() ? null : new Opening(locked.get(0), applications, states);
	}

	/**
	 * Reads the state of more rows.
	 * @param streamId the locked stream
	 * @param rows the rows
	 * @return the state of those that are known
	 */
	Map<RowKey, RowState> read(long streamId, List<RowKey> rows) {
		Map<RowKey, RowState> states = new HashMap<>();
		if (!rows.isEmpty()) {
			StatementBatch batch = this.streams.batch();
			this.rowVersions.load(batch, streamId, rows, this::address,
					(row, version) -> states.put(row, state(version)));
			batch.execute();
		}
		return states;
	}

	private Address address(RowKey row) {
		return new Address(this.catalog.get(row.table()).id(), row.pk());
	}

	private static RowState state(RowVersion version) {
		return new RowState(version.version(), version.deleted(), version.lastImage());
	}

}

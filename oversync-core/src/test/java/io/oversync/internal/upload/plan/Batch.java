/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.Backlog;
import io.oversync.internal.stream.Application;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.Refusal;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream.Head;
import io.oversync.internal.stream.Stream.Sources;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Builds a batch and its facts, for tests of the planner.
 */
final class Batch {

	/** The end of the stream before the batch, whose first entry is the next one. */
	static final long HEAD = 1_000_000;

	private final List<Change> changes = new ArrayList<>();

	private final Map<Integer, Long> replays = new HashMap<>();

	private final Map<Integer, Application> latest = new HashMap<>();

	private final Map<RowKey, RowState> rows = new HashMap<>();

	private final Set<RowKey> visible = new HashSet<>();

	private final Map<RowKey, List<Child>> children = new HashMap<>();

	private final Map<RowKey, Refusal> refusals = new HashMap<>();

	private long nextServerId = 1;

	Batch live(RowKey row, long version) {
		this.rows.put(row, row(version, false));
		return this;
	}

	Batch tombstone(RowKey row, long version) {
		this.rows.put(row, row(version, true));
		return this;
	}

	private RowState row(long version, boolean deleted) {
		long serverId = this.nextServerId++;
		return new RowState(version, deleted, serverId, serverId);
	}

	Batch child(ForeignKey foreignKey, RowKey child, RowKey parent) {
		this.children.computeIfAbsent(parent, (key) -> new ArrayList<>()).add(new Child(foreignKey, child));
		return this;
	}

	Batch visible(RowKey row) {
		this.visible.add(row);
		return this;
	}

	Batch upsert(RowKey row, long expectedVersion, Reference... references) {
		return change(Operation.UPDATE, row, expectedVersion, Payload.of("{}"), references);
	}

	Batch delete(RowKey row, long expectedVersion) {
		return change(Operation.DELETE, row, expectedVersion, null);
	}

	private Batch change(Operation op, RowKey row, long expectedVersion, @Nullable Payload payload,
			Reference... references) {
		int index = this.changes.size();
		this.changes.add(new Change(index, index + 1, op, row, expectedVersion, payload, List.of(references)));
		return this;
	}

	/** The last change has this id of the device. */
	Batch id(long sourceChangeId) {
		Change last = this.changes.remove(this.changes.size() - 1);
		this.changes.add(new Change(last.index(), sourceChangeId, last.op(), last.row(), last.expectedVersion(),
				last.payload(), last.references()));
		return this;
	}

	/** The last change, an upsert, has this payload. */
	Batch payload(String json) {
		Change last = this.changes.remove(this.changes.size() - 1);
		this.changes.add(new Change(last.index(), last.sourceChangeId(), last.op(), last.row(), last.expectedVersion(),
				Payload.of(json), last.references()));
		return this;
	}

	/** A delete of the row that expected a version was refused, and the row restored. */
	Batch refused(RowKey row, long expectedVersion, long restoredVersion) {
		this.refusals.put(row, new Refusal(Set.of(expectedVersion), restoredVersion, List.of("earlier")));
		return this;
	}

	/** The last change was applied before with the same content. */
	Batch replayOf(long version) {
		this.replays.put(this.changes.size() - 1, version);
		return this;
	}

	/** The id of the last change was applied before, with other content. */
	Batch latest(RowKey row, long version) {
		this.latest.put(this.changes.size() - 1, new Application(1, row, Operation.INSERT, version));
		return this;
	}

	List<Change> changes() {
		return this.changes;
	}

	UploadFacts facts() {
		Stream stream = new Stream(new Owner("alice", 1), new Head(HEAD, null, 0), Sources.NONE, false, false,
				Backlog.NONE);
		return new UploadFacts(stream, new Replays(this.replays, this.latest), this.rows, this.visible, this.children,
				this.refusals);
	}

	UploadPlan plan() {
		return new UploadPlanner(Tables.CATALOG).plan(this.changes, facts(), new Contents(), Deadline.NONE);
	}

	static Reference refers(ForeignKey foreignKey, @Nullable RowKey parent) {
		return new Reference(foreignKey, parent);
	}

}

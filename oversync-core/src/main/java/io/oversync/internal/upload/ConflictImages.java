/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.store.PayloadReader.Blocks;
import io.oversync.internal.store.PayloadReader;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Outcome.Conflict;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.protocol.Payload;
import io.oversync.protocol.ServerRow;
import org.jspecify.annotations.Nullable;

/**
 * The rows that conflicts show, as many as one answer may carry (protocol §2.1 step 4):
 * in request order until their payloads reach the limit, but always the first, so that a
 * device makes progress. Conflicts about the same row share it.
 */
final class ConflictImages {

	private final Map<Conflict, ServerRow> rows = new IdentityHashMap<>();

	private final Set<Integer> postponed = new HashSet<>();

	private final PayloadReader payloads;

	private final long streamId;

	private final UploadPlan plan;

	/** Rows that were read for conflicts still to come. */
	private final Map<Long, @Nullable Payload> read = new HashMap<>();

	private ConflictImages(PayloadReader payloads, long streamId, UploadPlan plan) {
		this.payloads = payloads;
		this.streamId = streamId;
		this.plan = plan;
	}

	/**
	 * Reads the rows, after the plan was carried out.
	 * @param changes the valid changes, in request order
	 * @param plan the plan of the upload
	 * @param streamId the stream
	 * @param payloads of the stream
	 * @param mostBytes the most bytes that the payloads of one answer may have together
	 * @return the rows that the answer shows
	 */
	static ConflictImages load(List<Change> changes, UploadPlan plan, long streamId, PayloadReader payloads,
			long mostBytes) {
		ConflictImages images = new ConflictImages(payloads, streamId, plan);
		List<Change> conflicts = changes.stream()
			.filter((change) -> plan.outcomes().get(change.index()) instanceof Conflict)
			.toList();
		images.show(conflicts, mostBytes);
		return images;
	}

	private void show(List<Change> conflicts, long mostBytes) {
		Set<Long> serverIds = new LinkedHashSet<>();
		conflicts.forEach((change) -> serverIds.add(toRead(conflict(change).state())));
		serverIds.remove(0L);
		Blocks unread = this.payloads.blocks(this.streamId, serverIds);
		long left = mostBytes;
		for (int i = 0; i < conflicts.size(); i++) {
			Conflict conflict = conflict(conflicts.get(i));
			ServerRow row = this.rows.get(conflict);
			if (row == null) {
				RowState state = conflict.state();
				row = new ServerRow(conflict.row().table(), conflict.row().pk(), state.version(), state.deleted(),
						payload(state, unread));
			}
			left -= (row.payload() != null) ? row.payload().utf8().length : 0;
			if (i > 0 && left < 0) {
				conflicts.subList(i, conflicts.size()).forEach((change) -> this.postponed.add(change.index()));
				break;
			}
			this.rows.put(conflict, row);
		}
		this.read.clear();
	}

	private Conflict conflict(Change change) {
		if (this.plan.outcomes().get(change.index()) instanceof Conflict conflict) {
			return conflict;
		}
		throw new IllegalStateException("Change " + change.index() + " is no conflict");
	}

	/** Returns the change to read the after-image from, 0 where it is in memory. */
	private long toRead(RowState state) {
		long image = state.imageServerId();
		boolean written = this.plan.entry(image) != null && !this.plan.changedImages().containsKey(image);
		return written ? 0 : image;
	}

	private @Nullable Payload payload(RowState state, Blocks unread) {
		long serverId = toRead(state);
		if (serverId == 0) {
			StreamEntry entry = this.plan.entry(state.imageServerId());
			return (entry != null) ? entry.payload() : null;
		}
		while (!this.read.containsKey(serverId) && !unread.isDone()) {
			this.read.putAll(unread.next());
		}
		return this.read.get(serverId);
	}

	/**
	 * Returns the row that a conflict shows.
	 * @param change its change
	 * @param conflict the decision
	 * @return the row, or null if the answer has no room for it
	 */
	@Nullable ServerRow find(Change change, Conflict conflict) {
		return this.postponed.contains(change.index()) ? null : this.rows.get(conflict);
	}

}

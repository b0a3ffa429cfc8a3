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
import io.oversync.internal.store.Stream;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Image;
import io.oversync.internal.upload.plan.Outcome.Conflict;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.protocol.Payload;
import io.oversync.protocol.ServerRow;
import org.jspecify.annotations.Nullable;

/**
 * The rows that conflicts show, as many as one answer may carry (protocol §2.1 step 4):
 * in request order until the sum of their payloads is reached, but always the first, so
 * that a device gets on. Conflicts over one row share it.
 */
final class ConflictImages {

	private final Map<Conflict, ServerRow> rows = new IdentityHashMap<>();

	private final Set<Integer> postponed = new HashSet<>();

	private final PayloadReader payloads;

	private final Stream locked;

	private final UploadPlan plan;

	/** Read, and not yet shown by all who show them. */
	private final Map<Long, @Nullable Payload> read = new HashMap<>();

	private ConflictImages(PayloadReader payloads, Stream locked, UploadPlan plan) {
		this.payloads = payloads;
		this.locked = locked;
		this.plan = plan;
	}

	/**
	 * Reads the rows, after the plan was carried out.
	 * @param changes the valid changes, in request order
	 * @param plan what was decided about them
	 * @param locked the stream as it was locked
	 * @param payloads of the stream
	 * @param mostBytes what the payloads of one answer may have together
	 * @return the rows that the answer shows
	 */
	static ConflictImages load(List<Change> changes, UploadPlan plan, Stream locked, PayloadReader payloads,
			long mostBytes) {
		ConflictImages images = new ConflictImages(payloads, locked, plan);
		List<Change> conflicts = changes.stream()
			.filter((change) -> plan.outcomes().get(change.index()) instanceof Conflict)
			.toList();
		images.show(conflicts, mostBytes);
		return images;
	}

	private void show(List<Change> conflicts, long mostBytes) {
		Set<Long> serverIds = new LinkedHashSet<>();
		conflicts.forEach((change) -> serverIds.add(serverId(conflict(change).image())));
		serverIds.remove(0L);
		Blocks unread = this.payloads.blocks(this.locked.id(), serverIds);
		long left = mostBytes;
		for (int i = 0; i < conflicts.size(); i++) {
			Conflict conflict = conflict(conflicts.get(i));
			ServerRow row = this.rows.get(conflict);
			if (row == null) {
				row = new ServerRow(conflict.row().table(), conflict.row().pk(), conflict.version(), conflict.deleted(),
						payload(conflict.image(), unread));
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

	/** Returns the change of the stream that holds an image, 0 for one of this upload. */
	private long serverId(Image image) {
		if (image.entry() == null) {
			return image.serverId();
		}
		boolean stored = this.plan.entries().get(image.entry()).changed() != null;
		return stored ? this.locked.head() + 1 + image.entry() : 0;
	}

	private @Nullable Payload payload(Image image, Blocks unread) {
		long serverId = serverId(image);
		if (serverId == 0) {
			return (image.entry() != null) ? this.plan.entries().get(image.entry()).payload() : null;
		}
		while (!this.read.containsKey(serverId) && !unread.isDone()) {
			this.read.putAll(unread.next());
		}
		return this.read.get(serverId);
	}

	/**
	 * Returns the row that a conflict shows.
	 * @param change its change
	 * @param conflict what was decided
	 * @return the row, or null if the answer has no room for it
	 */
	@Nullable ServerRow find(Change change, Conflict conflict) {
		return this.postponed.contains(change.index()) ? null : this.rows.get(conflict);
	}

}

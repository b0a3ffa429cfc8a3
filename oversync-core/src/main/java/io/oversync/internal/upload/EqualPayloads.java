/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Contents;
import io.oversync.internal.upload.plan.UploadFacts;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.TableName;

/**
 * Finds upserts whose payload is the JSON that the stream has of the row already.
 */
final class EqualPayloads {

	private final SyncTables tables;

	EqualPayloads(SyncTables tables) {
		this.tables = tables;
	}

	/**
	 * Finds them.
	 * @param changes the changes, in the order in which those of one row take effect
	 * @param facts the facts about them
	 * @param contents what their payloads mean
	 * @return the indexes of upserts that change nothing
	 */
	Set<Integer> find(List<Change> changes, UploadFacts facts, Contents contents) {
		Map<RowKey, String> digests = digests(changes, facts);
		Set<Integer> equal = new HashSet<>();
		for (Change change : changes) {
			if (!change.op().isUpsert()) {
				digests.remove(change.row());
				continue;
			}
			String digest = contents.of(change);
			if (Objects.equals(digests.put(change.row(), digest), digest)) {
				equal.add(change.index());
			}
		}
		return equal;
	}

	/** Of rows that are missing in their business tables, none is up to date. */
	private Map<RowKey, String> digests(List<Change> changes, UploadFacts facts) {
		Map<Long, RowKey> images = new HashMap<>();
		Map<TableName, Set<UUID>> failed = new HashMap<>();
		long streamId = facts.stream().id();
		for (Change change : changes) {
			RowState state = facts.rows().getOrDefault(change.row(), RowState.UNKNOWN);
			if (!change.op().isUpsert() || !state.isLive()) {
				continue;
			}
			boolean written = !facts.stream().hasFailures() || !failed
				.computeIfAbsent(change.row().table(),
						(table) -> Set.copyOf(this.tables.failures().findFailedRows(streamId, table)))
				.contains(change.row().pk());
			if (written) {
				images.put(state.imageServerId(), change.row());
			}
		}
		return digests(streamId, images, images.keySet());
	}

	private Map<RowKey, String> digests(long streamId, Map<Long, RowKey> images, Collection<Long> serverIds) {
		Map<RowKey, String> digests = new HashMap<>();
		if (!serverIds.isEmpty()) {
			this.tables.changes().payloads().read(streamId, List.copyOf(serverIds), (serverId, payload) -> {
				RowKey row = images.get(serverId);
				if (row != null && payload != null) {
					digests.put(row, JsonText.contentDigest(payload.text()));
				}
			});
		}
		return digests;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.PayloadReader;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Contents;
import io.oversync.internal.upload.plan.Replays;
import io.oversync.protocol.JsonText;

/**
 * Finds the changes that may have been applied under an entry which a compaction has
 * removed, and whose content the row has now: they count as replays, since applying them
 * would change nothing (protocol §2.1 step 2). Of several changes of a row, all or none:
 * only then is the row left as the last of them has it.
 */
final class RemovedApplications {

	private RemovedApplications() {
	}

	/**
	 * Adds them to the replays.
	 * @param stream the locked stream
	 * @param rows the states of the rows
	 * @param changes the valid changes
	 * @param replays the changes whose earlier application is in the stream
	 * @param payloads of the stream
	 * @param contents what the payloads of the changes mean
	 * @return the replays with them
	 */
	static Replays find(Stream stream, Map<RowKey, RowState> rows, List<Change> changes, Replays replays,
			PayloadReader payloads, Contents contents) {
		Map<RowKey, List<Change>> candidates = candidates(stream, rows, changes, replays);
		if (candidates.isEmpty()) {
			return replays;
		}
		Map<Long, RowKey> images = new HashMap<>();
		candidates.keySet().forEach((row) -> images.put(state(rows, row).imageServerId(), row));
		Map<Integer, Long> versions = new HashMap<>(replays.versions());
		payloads.read(stream.id(), List.copyOf(images.keySet()), (serverId, payload) -> {
			RowKey row = images.get(serverId);
			if (row == null || payload == null) {
				return;
			}
			String image = JsonText.contentDigest(payload.text());
			List<Change> sent = candidates.getOrDefault(row, List.of());
			if (sent.stream().allMatch((change) -> contents.of(change).equals(image))) {
				sent.forEach((change) -> versions.put(change.index(), state(rows, row).version()));
			}
		});
		return new Replays(versions, replays.latest());
	}

	private static Map<RowKey, List<Change>> candidates(Stream stream, Map<RowKey, RowState> rows, List<Change> changes,
			Replays replays) {
		long removed = stream.sources().removed();
		if (removed == 0) {
			return Map.of();
		}
		Map<RowKey, List<Change>> candidates = new HashMap<>();
		Set<RowKey> others = new HashSet<>();
		for (Change change : changes) {
			if (replays.versions().containsKey(change.index())) {
				continue;
			}
			RowState state = state(rows, change.row());
			if (change.op().isUpsert() && change.sourceChangeId() > 0 && change.sourceChangeId() <= removed
					&& state.isLive() && change.expectedVersion() < state.version()) {
				candidates.computeIfAbsent(change.row(), (row) -> new ArrayList<>(1)).add(change);
			}
			else {
				others.add(change.row());
			}
		}
		candidates.keySet().removeAll(others);
		return candidates;
	}

	private static RowState state(Map<RowKey, RowState> rows, RowKey row) {
		return rows.getOrDefault(row, RowState.UNKNOWN);
	}

}

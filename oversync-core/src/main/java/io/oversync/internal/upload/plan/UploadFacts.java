/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * What the database said, under the lock of the user's stream: all that the planner needs
 * to know.
 *
 * @param replays for changes that were applied before with the same content, by index:
 * the version that they produced then
 * @param latest the latest application of a change's id if it had other content, by the
 * change's index
 * @param rows the state of the rows of the changes, of the rows that they refer to, and
 * of children; rows that are unknown to the server are absent
 * @param visible parents that are not live in the stream, but visible to the user in
 * their business table
 * @param children the rows that refer to rows which may be deleted, as they were before
 * the batch
 * @param refusals of rows that are to be deleted: the deletes of the device that were
 * refused before
 */
public record UploadFacts(Map<Integer, Long> replays, Map<Integer, Application> latest, Map<RowKey, RowState> rows,
		Set<RowKey> visible, Map<RowKey, List<Child>> children, Map<RowKey, Refusal> refusals) {

	/** Nothing is known: a new user without business rows. */
	public static final UploadFacts NONE = new UploadFacts(Map.of(), Map.of(), Map.of(), Set.of(), Map.of(), Map.of());

	@Nullable RowState row(RowKey key) {
		return this.rows.get(key);
	}

	List<Child> childrenOf(RowKey parent) {
		return this.children.getOrDefault(parent, List.of());
	}

}

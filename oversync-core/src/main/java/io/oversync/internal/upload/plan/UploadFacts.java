/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.Refusal;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;

/**
 * All facts that the planner needs, read from the database under the lock of the user's
 * stream.
 *
 * @param stream the stream as it was locked
 * @param replays the changes that were applied before
 * @param rows the state of the rows of the changes, of the rows that they refer to, and
 * of children; rows that are unknown to the server are absent
 * @param visible parents that are not live in the stream, but visible to the user in
 * their business table
 * @param children the rows that refer to rows which may be deleted, as they were before
 * the batch
 * @param refusals of rows that are to be deleted: the deletes of the device that were
 * refused before
 */
public record UploadFacts(Stream stream, Replays replays, Map<RowKey, RowState> rows, Set<RowKey> visible,
		Map<RowKey, List<Child>> children, Map<RowKey, Refusal> refusals) {

	RowState row(RowKey key) {
		return this.rows.getOrDefault(key, RowState.UNKNOWN);
	}

	List<Child> childrenOf(RowKey parent) {
		return this.children.getOrDefault(parent, List.of());
	}

}

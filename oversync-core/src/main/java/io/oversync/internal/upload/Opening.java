/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.ChangeStore.AppliedChange;
import io.oversync.internal.store.Stream;
import io.oversync.internal.upload.plan.RowState;

/**
 * The locked stream, and what nearly every upload needs to know of it.
 *
 * @param stream the stream as it was locked
 * @param applications what was applied under the ids of the changes, by id, in ascending
 * order of server_id
 * @param rows the state of the rows of the changes and of those that they refer to; rows
 * that are unknown to the server are absent
 */
record Opening(Stream stream, Map<Long, List<AppliedChange>> applications, Map<RowKey, RowState> rows) {
}

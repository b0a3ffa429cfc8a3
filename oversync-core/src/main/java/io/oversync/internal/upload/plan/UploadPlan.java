/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.BusinessWrite;

/**
 * What an upload does: the planner's decision, to be carried out as it stands.
 *
 * @param outcomes by the index of the change; every valid change has one
 * @param entries the stream entries, in the order of their server_ids
 * @param restores rows that are appended behind the entries once more, in the order of
 * their server_ids
 * @param rows the new state of every row that an entry touches
 * @param writes the business writes, each row once: upserts first, parents before
 * children, then deletes, children before parents
 */
public record UploadPlan(Map<Integer, Outcome> outcomes, List<StreamEntry> entries, List<Restore> restores,
		Map<RowKey, NewRowState> rows, List<BusinessWrite> writes) {

	/**
	 * The state of a row after the batch.
	 *
	 * @param version its version
	 * @param entry the index of the entry that made it, restores counted behind all
	 * entries
	 * @param deleted whether it is a tombstone now
	 * @param image of a tombstone: where the last after-image is
	 */
	public record NewRowState(long version, int entry, boolean deleted, Image image) {
	}

}

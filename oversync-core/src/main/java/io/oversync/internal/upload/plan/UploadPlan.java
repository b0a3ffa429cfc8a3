/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.ChangedImage;
import io.oversync.internal.stream.Restore;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.StreamEntry;
import org.jspecify.annotations.Nullable;

/**
 * The planner's decision about an upload, to be carried out unchanged.
 *
 * @param outcomes by the index of the change; every valid change has one
 * @param entries the stream entries, in the order of their server_ids
 * @param changedImages the after-images of entries that change references of a row, by
 * server_id
 * @param restores rows that are appended behind the entries once more, in the order of
 * their server_ids
 * @param rows the new state of every row that an entry or a restore touches
 * @param writes the business writes, each row once: upserts first, parents before
 * children, then deletes, children before parents
 */
public record UploadPlan(Map<Integer, Outcome> outcomes, List<StreamEntry> entries,
		Map<Long, ChangedImage> changedImages, List<Restore> restores, Map<RowKey, RowState> rows,
		List<BusinessWrite> writes) {

	/**
	 * Returns an entry of this upload.
	 * @param serverId its place in the stream
	 * @return the entry, or null for an earlier change
	 */
	public @Nullable StreamEntry entry(long serverId) {
		long index = this.entries.isEmpty() ? -1 : serverId - this.entries.get(0).serverId();
		return (index >= 0 && index < this.entries.size()) ? this.entries.get((int) index) : null;
	}

	/**
	 * Returns the rows that must not have been written by the application meanwhile.
	 * @param changes the changes of the upload
	 * @return the rows of the business writes and those that they refer to, none without
	 * business writes
	 */
	public Set<RowKey> guardedRows(List<Change> changes) {
		if (this.writes.isEmpty()) {
			return Set.of();
		}
		Set<RowKey> rows = new LinkedHashSet<>();
		this.writes.forEach((write) -> rows.add(write.row()));
		changes.forEach((change) -> rows.addAll(change.parents()));
		return rows;
	}

	/**
	 * Returns the rows that no row of the application may refer to by now.
	 * @return the rows that the upload deletes from their tables
	 */
	public List<RowKey> deletedRows() {
		return this.writes.stream().filter(BusinessWrite::isDelete).map(BusinessWrite::row).toList();
	}

}

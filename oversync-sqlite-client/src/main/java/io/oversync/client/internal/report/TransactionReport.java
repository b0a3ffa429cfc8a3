/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.util.ArrayList;
import java.util.List;

import io.oversync.client.ResolvedConflict;
import io.oversync.client.internal.table.LocalTable;

/**
 * The effects of a transaction that are reported to the application.
 */
public final class TransactionReport {

	/** Rows that were written locally. */
	private int written;

	/** Rows that the server lacks, or has in an older version. */
	private int reuploads;

	private final List<ResolvedConflict> conflicts = new ArrayList<>();

	public void addWritten(int rows) {
		this.written += rows;
	}

	public void addReupload() {
		this.reuploads++;
	}

	public void addConflict(ResolvedConflict conflict) {
		this.conflicts.add(conflict);
	}

	/** Returns whether a conflict about the row could not be settled just now. */
	public boolean isUnsettled(LocalTable table, String pk) {
		return this.conflicts.stream()
			.anyMatch((conflict) -> conflict.resolution() == null && conflict.conflict().pk().equals(pk)
					&& conflict.conflict().table().equals(table.name()));
	}

	public int written() {
		return this.written;
	}

	public int reuploads() {
		return this.reuploads;
	}

	public List<ResolvedConflict> conflicts() {
		return this.conflicts;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.ArrayList;
import java.util.List;

/**
 * What a transaction did.
 */
final class Report {

	/** Rows that were written locally. */
	private int written;

	/** Rows that the server lacks, or has in an older version. */
	private int reuploads;

	private final List<ResolvedConflict> conflicts = new ArrayList<>();

	void addWritten(int rows) {
		this.written += rows;
	}

	void addReupload() {
		this.reuploads++;
	}

	void addConflict(ResolvedConflict conflict) {
		this.conflicts.add(conflict);
	}

	/** Whether a conflict about the row could not be settled just now. */
	boolean isUnsettled(LocalTable table, String pk) {
		return this.conflicts.stream()
			.anyMatch((conflict) -> conflict.resolution() == null && conflict.conflict().pk().equals(pk)
					&& conflict.conflict().table().equals(table.name()));
	}

	int written() {
		return this.written;
	}

	int reuploads() {
		return this.reuploads;
	}

	List<ResolvedConflict> conflicts() {
		return this.conflicts;
	}

}

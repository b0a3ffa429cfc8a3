/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * The outcome of {@link SyncClient#repair()}.
 */
public interface RepairResult {

	/**
	 * Returns the number of rows that differed.
	 * @return the number
	 */
	long differing();

	/**
	 * Returns the number of changes that were downloaded to find these rows.
	 * @return the number
	 */
	long downloaded();

	/**
	 * Returns the number of local rows that were written or deleted.
	 * @return the number
	 */
	long applied();

	/**
	 * Returns the number of rows that the server has no trace of, or has in an older
	 * version. They are pending now.
	 * @return the number
	 */
	long reuploads();

	/**
	 * Returns the number of rows that were changed here meanwhile, and were left alone.
	 * @return the number
	 */
	long left();

	/**
	 * Returns the conflicts with local changes.
	 * @return the conflicts
	 */
	List<ResolvedConflict> conflicts();

	/**
	 * Returns the number of rows that a local constraint keeps out. They are tried again
	 * with each download.
	 * @return the number
	 */
	long held();

}

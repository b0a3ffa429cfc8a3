/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * The outcome of a hydration.
 */
public interface HydrateResult {

	/**
	 * Returns the number of changes that this run has downloaded.
	 * @return the number
	 */
	long downloaded();

	/**
	 * Returns the number of rows that these changes concern, including those of an
	 * interrupted run.
	 * @return the number
	 */
	long rows();

	/**
	 * Returns the number of local rows that were changed.
	 * @return the number
	 */
	long applied();

	/**
	 * Returns the number of rows that the server did not know, or knew in an older
	 * version. They are pending now.
	 * @return the number
	 */
	long reuploads();

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

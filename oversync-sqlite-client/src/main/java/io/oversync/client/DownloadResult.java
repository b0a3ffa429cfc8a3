/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * The outcome of downloads.
 */
public interface DownloadResult {

	/**
	 * Returns the number of changes that were downloaded.
	 * @return the number
	 */
	int downloaded();

	/**
	 * Returns the number of changes that were written to local rows.
	 * @return the number
	 */
	int applied();

	/**
	 * Returns the conflicts with local changes.
	 * @return the conflicts
	 */
	List<ResolvedConflict> conflicts();

	/**
	 * Returns the number of rows, also of earlier downloads, that a local constraint
	 * keeps out. They are tried again with each download.
	 * @return the number
	 */
	long held();

	/**
	 * Returns whether the server has more changes.
	 * @return whether there are more
	 */
	boolean hasMore();

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * What became of downloaded changes.
 */
public interface DownloadResult {

	/**
	 * Returns how many came.
	 * @return how many came
	 */
	int downloaded();

	/**
	 * Returns how many changed a local row.
	 * @return how many changed a local row
	 */
	int applied();

	/**
	 * Returns those that met a local change.
	 * @return those that met a local change
	 */
	List<ResolvedConflict> conflicts();

	/**
	 * Returns how many rows, of this and earlier downloads, a local constraint keeps from
	 * being written; they are tried again with each download.
	 * @return how many rows, of this and earlier downloads, a local constraint keeps from
	 * being written
	 */
	long held();

	/**
	 * Returns whether the server has more.
	 * @return whether the server has more
	 */
	boolean hasMore();

}

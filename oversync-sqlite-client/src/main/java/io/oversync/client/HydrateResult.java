/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * What a hydration did.
 */
public interface HydrateResult {

	/**
	 * Returns how many changes came in this run.
	 * @return how many changes came in this run
	 */
	long downloaded();

	/**
	 * Returns how many rows they came down to, those of an interrupted run included.
	 * @return how many rows they came down to, those of an interrupted run included
	 */
	long rows();

	/**
	 * Returns how many local rows were changed.
	 * @return how many local rows were changed
	 */
	long applied();

	/**
	 * Returns how many rows the server did not know, or knew in an older version: they
	 * are pending now.
	 * @return how many rows the server did not know, or knew in an older version
	 */
	long reuploads();

	/**
	 * Returns rows that met a local change.
	 * @return rows that met a local change
	 */
	List<ResolvedConflict> conflicts();

	/**
	 * Returns how many rows a local constraint keeps from being written; they are tried
	 * again with each download.
	 * @return how many rows a local constraint keeps from being written
	 */
	long held();

}

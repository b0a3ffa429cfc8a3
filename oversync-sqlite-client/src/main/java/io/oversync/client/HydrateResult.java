/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a hydration did.
 */
public final class HydrateResult {

	private final long downloaded;

	private final long rows;

	private final long applied;

	private final long reuploads;

	private final List<ResolvedConflict> conflicts;

	private final long held;

	HydrateResult(long downloaded, long rows, long applied, long reuploads, List<ResolvedConflict> conflicts,
			long held) {
		this.downloaded = downloaded;
		this.rows = rows;
		this.applied = applied;
		this.reuploads = reuploads;
		this.conflicts = conflicts;
		this.held = held;
	}

	/**
	 * Returns how many changes came in this run.
	 * @return how many changes came in this run
	 */
	public long downloaded() {
		return this.downloaded;
	}

	/**
	 * Returns how many rows they came down to, those of an interrupted run included.
	 * @return how many rows they came down to, those of an interrupted run included
	 */
	public long rows() {
		return this.rows;
	}

	/**
	 * Returns how many local rows were changed.
	 * @return how many local rows were changed
	 */
	public long applied() {
		return this.applied;
	}

	/**
	 * Returns how many rows the server did not know, or knew in an older version: they
	 * are pending now.
	 * @return how many rows the server did not know, or knew in an older version
	 */
	public long reuploads() {
		return this.reuploads;
	}

	/**
	 * Returns rows that met a local change.
	 * @return rows that met a local change
	 */
	public List<ResolvedConflict> conflicts() {
		return this.conflicts;
	}

	/**
	 * Returns how many rows a local constraint keeps from being written; they are tried
	 * again with each download.
	 * @return how many rows a local constraint keeps from being written
	 */
	public long held() {
		return this.held;
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.downloaded, this.rows, this.applied, this.reuploads, this.conflicts, this.held);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof HydrateResult that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "HydrateResult[downloaded=" + this.downloaded + ", rows=" + this.rows + ", applied=" + this.applied
				+ ", reuploads=" + this.reuploads + ", conflicts=" + this.conflicts + ", held=" + this.held + "]";
	}

}

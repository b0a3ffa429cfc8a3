/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What became of downloaded changes.
 */
public final class DownloadResult {

	private final int downloaded;

	private final int applied;

	private final List<ResolvedConflict> conflicts;

	private final long held;

	private final boolean hasMore;

	DownloadResult(int downloaded, int applied, List<ResolvedConflict> conflicts, long held, boolean hasMore) {
		this.downloaded = downloaded;
		this.applied = applied;
		this.conflicts = conflicts;
		this.held = held;
		this.hasMore = hasMore;
	}

	/**
	 * Returns how many came.
	 * @return how many came
	 */
	public int downloaded() {
		return this.downloaded;
	}

	/**
	 * Returns how many changed a local row.
	 * @return how many changed a local row
	 */
	public int applied() {
		return this.applied;
	}

	/**
	 * Returns those that met a local change.
	 * @return those that met a local change
	 */
	public List<ResolvedConflict> conflicts() {
		return this.conflicts;
	}

	/**
	 * Returns how many rows, of this and earlier downloads, a local constraint keeps from
	 * being written; they are tried again with each download.
	 * @return how many rows, of this and earlier downloads, a local constraint keeps from
	 * being written
	 */
	public long held() {
		return this.held;
	}

	/**
	 * Returns whether the server has more.
	 * @return whether the server has more
	 */
	public boolean hasMore() {
		return this.hasMore;
	}

	DownloadResult plus(DownloadResult next) {
		List<ResolvedConflict> all = new ArrayList<>(this.conflicts);
		all.addAll(next.conflicts);
		return new DownloadResult(this.downloaded + next.downloaded, this.applied + next.applied, List.copyOf(all),
				next.held, next.hasMore);
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.downloaded, this.applied, this.conflicts, this.held, this.hasMore);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof DownloadResult that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "DownloadResult[downloaded=" + this.downloaded + ", applied=" + this.applied + ", conflicts="
				+ this.conflicts + ", held=" + this.held + ", hasMore=" + this.hasMore + "]";
	}

}

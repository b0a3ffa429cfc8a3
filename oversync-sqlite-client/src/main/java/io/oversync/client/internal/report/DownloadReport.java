/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.util.ArrayList;
import java.util.List;

import io.oversync.client.DownloadResult;
import io.oversync.client.ResolvedConflict;

/**
 * The values of a {@link DownloadResult}.
 */
public record DownloadReport(int downloaded, int applied, List<ResolvedConflict> conflicts, long held,
		boolean hasMore) implements DownloadResult {

	/** Returns the report of no download. */
	public static DownloadReport none(long held) {
		return new DownloadReport(0, 0, List.of(), held, false);
	}

	public DownloadReport plus(DownloadReport next) {
		List<ResolvedConflict> all = new ArrayList<>(this.conflicts);
		all.addAll(next.conflicts);
		return new DownloadReport(this.downloaded + next.downloaded, this.applied + next.applied, List.copyOf(all),
				next.held, next.hasMore);
	}

}

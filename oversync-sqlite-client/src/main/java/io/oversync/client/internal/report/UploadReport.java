/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.RefusedDelete;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.UploadResult;
import io.oversync.client.WaitingChange;

/**
 * The values of a {@link UploadResult}.
 */
public record UploadReport(int uploaded, int applied, List<ResolvedConflict> conflicts,
		List<QuarantinedChange> quarantined, List<RefusedDelete> refused, List<WaitingChange> waiting,
		long pending) implements UploadResult {

	/** Nothing was sent. */
	public static UploadReport none(long pending) {
		return new UploadReport(0, 0, List.of(), List.of(), List.of(), List.of(), pending);
	}

	public UploadReport plus(UploadReport next) {
		return new UploadReport(this.uploaded + next.uploaded, this.applied + next.applied,
				join(this.conflicts, next.conflicts), join(this.quarantined, next.quarantined),
				join(this.refused, next.refused), latest(this.waiting, next.waiting), next.pending);
	}

	public UploadReport withPending(long left) {
		return new UploadReport(this.uploaded, this.applied, this.conflicts, this.quarantined, this.refused,
				this.waiting, left);
	}

	private static <T> List<T> join(List<T> first, List<T> second) {
		List<T> all = new ArrayList<>(first);
		all.addAll(second);
		return List.copyOf(all);
	}

	/** A row that waits is sent more than once in a sync, and counts once. */
	private static List<WaitingChange> latest(List<WaitingChange> first, List<WaitingChange> second) {
		if (first.isEmpty() || second.isEmpty()) {
			return first.isEmpty() ? second : first;
		}
		Map<List<String>, WaitingChange> byRow = new LinkedHashMap<>();
		join(first, second).forEach((change) -> byRow.put(List.of(change.table(), change.pk()), change));
		return List.copyOf(byRow.values());
	}

}

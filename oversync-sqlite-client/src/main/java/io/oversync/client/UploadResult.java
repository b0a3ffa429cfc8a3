/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What became of uploaded changes.
 */
public final class UploadResult {

	private final int uploaded;

	private final int applied;

	private final List<ResolvedConflict> conflicts;

	private final List<QuarantinedChange> quarantined;

	private final List<RefusedDelete> refused;

	private final List<WaitingChange> waiting;

	private final long pending;

	UploadResult(int uploaded, int applied, List<ResolvedConflict> conflicts, List<QuarantinedChange> quarantined,
			List<RefusedDelete> refused, List<WaitingChange> waiting, long pending) {
		this.uploaded = uploaded;
		this.applied = applied;
		this.conflicts = conflicts;
		this.quarantined = quarantined;
		this.refused = refused;
		this.waiting = waiting;
		this.pending = pending;
	}

	/**
	 * Returns how many were sent and answered.
	 * @return how many were sent and answered
	 */
	public int uploaded() {
		return this.uploaded;
	}

	/**
	 * Returns how many the server took.
	 * @return how many the server took
	 */
	public int applied() {
		return this.applied;
	}

	/**
	 * Returns those that met another device's change.
	 * @return those that met another device's change
	 */
	public List<ResolvedConflict> conflicts() {
		return this.conflicts;
	}

	/**
	 * Returns those that went to the quarantine.
	 * @return those that went to the quarantine
	 */
	public List<QuarantinedChange> quarantined() {
		return this.quarantined;
	}

	/**
	 * Returns deletes of rows that others refer to: the next download brings them back.
	 * @return deletes of rows that others refer to
	 */
	public List<RefusedDelete> refused() {
		return this.refused;
	}

	/**
	 * Returns those that will be sent again, one for each row.
	 * @return those that will be sent again
	 */
	public List<WaitingChange> waiting() {
		return this.waiting;
	}

	/**
	 * Returns how many local changes are left.
	 * @return how many local changes are left
	 */
	public long pending() {
		return this.pending;
	}

	/** Nothing was sent. */
	static UploadResult none(long pending) {
		return new UploadResult(0, 0, List.of(), List.of(), List.of(), List.of(), pending);
	}

	UploadResult plus(UploadResult next) {
		return new UploadResult(this.uploaded + next.uploaded, this.applied + next.applied,
				join(this.conflicts, next.conflicts), join(this.quarantined, next.quarantined),
				join(this.refused, next.refused), latest(this.waiting, next.waiting), next.pending);
	}

	UploadResult withPending(long left) {
		return new UploadResult(this.uploaded, this.applied, this.conflicts, this.quarantined, this.refused,
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

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.uploaded, this.applied, this.conflicts, this.quarantined, this.refused, this.waiting,
				this.pending);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof UploadResult that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "UploadResult[uploaded=" + this.uploaded + ", applied=" + this.applied + ", conflicts=" + this.conflicts
				+ ", quarantined=" + this.quarantined + ", refused=" + this.refused + ", waiting=" + this.waiting
				+ ", pending=" + this.pending + "]";
	}

}

package io.oversync.client;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of uploaded changes.
 *
 * @param uploaded how many were sent and answered
 * @param applied how many the server took
 * @param conflicts those that met another device's change
 * @param rejected those that went to the quarantine
 * @param refused deletes of rows that others refer to: the next download brings them back
 * @param waiting those that will be sent again
 * @param pending how many local changes are left
 */
public record UploadResult(int uploaded, int applied, List<ResolvedConflict> conflicts,
		List<QuarantinedChange> rejected, List<RefusedDelete> refused, List<WaitingChange> waiting, long pending) {

	/** Nothing was sent. */
	static UploadResult none(long pending) {
		return new UploadResult(0, 0, List.of(), List.of(), List.of(), List.of(), pending);
	}

	UploadResult plus(UploadResult next) {
		return new UploadResult(this.uploaded + next.uploaded, this.applied + next.applied,
				join(this.conflicts, next.conflicts), join(this.rejected, next.rejected),
				join(this.refused, next.refused), join(this.waiting, next.waiting), next.pending);
	}

	UploadResult withPending(long left) {
		return new UploadResult(this.uploaded, this.applied, this.conflicts, this.rejected, this.refused, this.waiting,
				left);
	}

	private static <T> List<T> join(List<T> first, List<T> second) {
		List<T> all = new ArrayList<>(first);
		all.addAll(second);
		return List.copyOf(all);
	}

}

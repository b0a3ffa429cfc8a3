/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.List;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.Stream;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Outcome;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.protocol.ChangeStatus.Invalid;
import io.oversync.protocol.ChangeStatus.InvalidChange.BatchTooLarge;
import io.oversync.protocol.ChangeStatus.InvalidChange.FkMissing;
import io.oversync.protocol.ChangeStatus.InvalidChange.StillReferenced;
import io.oversync.protocol.ChangeStatus.InvalidChange.UnregisteredTable;
import io.oversync.protocol.ChangeStatus.InvalidChange;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.ServerRow;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.jspecify.annotations.Nullable;

/**
 * Collects the answer to one upload: a status for each change.
 */
final class UploadAnswer {

	private static final String NO_ROOM = "The row has changed on the server, but the answer has no room to show it;"
			+ " nothing was changed, send the change again";

	private final UploadRequest request;

	private final @Nullable ChangeStatus[] statuses;

	private @Nullable Invalid lastInvalid;

	UploadAnswer(UploadRequest request) {
		this.request = request;
		this.statuses = new ChangeStatus[request.changes().size()];
	}

	/**
	 * Answers a change that can never be applied. A million changes may have the same
	 * answer, which they share.
	 * @param index its place in the request
	 * @param reason the reason on the wire
	 * @param message the problem, for people
	 */
	void refuse(int index, InvalidChange reason, String message) {
		long id = this.request.changes().get(index).sourceChangeId();
		Invalid status = this.lastInvalid;
		boolean same = status != null && status.message().equals(message) && status.invalid().equals(reason);
		if (status == null || !same) {
			status = new Invalid(id, reason, message);
		}
		else if (status.sourceChangeId() != id) {
			status = new Invalid(id, status.invalid(), status.message());
		}
		this.lastInvalid = status;
		this.statuses[index] = status;
	}

	/**
	 * Answers the valid changes as planned.
	 * @param changes the changes
	 * @param plan the plan of the upload
	 * @param images the rows that conflicts show
	 */
	void decide(List<Change> changes, UploadPlan plan, ConflictImages images) {
		for (Change change : changes) {
			this.statuses[change.index()] = status(change, plan.outcomes().get(change.index()), images);
		}
	}

	private static ChangeStatus status(Change change, @Nullable Outcome outcome, ConflictImages images) {
		long id = change.sourceChangeId();
		if (outcome instanceof Outcome.Applied applied) {
			return new ChangeStatus.Applied(id, applied.version());
		}
		if (outcome instanceof Outcome.Conflict conflict) {
			ServerRow row = images.find(change, conflict);
			return (row != null) ? new ChangeStatus.Conflict(id, row) : new ChangeStatus.Postponed(id, NO_ROOM);
		}
		if (outcome instanceof Outcome.Refused refused) {
			return new Invalid(id, new StillReferenced(refused.referencedBy()),
					"Other rows refer to this row, so it was not deleted; the next download brings it back");
		}
		if (outcome instanceof Outcome.Missing missing) {
			return new Invalid(id, new FkMissing(missing.missing().stream().map(RowKey::toString).toList()),
					"A row that this change refers to does not exist; send the change again once it does");
		}
		throw new IllegalStateException("Change " + change.index() + " was left undecided");
	}

	/**
	 * Returns the answer.
	 * @param stream the stream after the upload, null for a user without one
	 * @param safeWatermark whether the watermark stays at the device's cursor while
	 * changes of other sources lie above it
	 * @return the answer, every change with its status
	 */
	UploadResponse response(@Nullable Stream stream, boolean safeWatermark) {
		List<ChangeStatus> all = new ArrayList<>(this.statuses.length);
		boolean accepted = true;
		for (ChangeStatus status : this.statuses) {
			if (status == null) {
				throw new IllegalStateException("A change was left without a status");
			}
			all.add(status);
			accepted &= !(status instanceof Invalid invalid
					&& (invalid.invalid() instanceof UnregisteredTable || invalid.invalid() instanceof BatchTooLarge));
		}
		return new UploadResponse(accepted, watermark(stream, safeWatermark), all);
	}

	private long watermark(@Nullable Stream stream, boolean safeWatermark) {
		if (stream == null) {
			return 0;
		}
		boolean unseen = stream.highestOfOthers() > this.request.lastServerSeqSeen();
		return (safeWatermark && unseen) ? this.request.lastServerSeqSeen() : stream.head().serverId();
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Outcome;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.protocol.ChangeStatus.InvalidChange.FkMissing;
import io.oversync.protocol.ChangeStatus.InvalidChange.StillReferenced;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.ServerRow;

/**
 * Turns what the planner decided into what the client is told.
 */
final class OutcomeStatuses {

	private static final String NO_ROOM = "The row has changed on the server, but the answer has no room to show it;"
			+ " nothing was changed, send the change again";

	private final UploadPlan plan;

	private final ConflictImages images;

	/**
	 * Creates the translation.
	 * @param plan what was decided
	 * @param images the rows that conflicts show
	 */
	OutcomeStatuses(UploadPlan plan, ConflictImages images) {
		this.plan = plan;
		this.images = images;
	}

	ChangeStatus status(Change change) {
		long id = change.sourceChangeId();
		Outcome outcome = this.plan.outcomes().get(change.index());
		if (outcome instanceof Outcome.Applied applied) {
			return new ChangeStatus.Applied(id, applied.version());
		}
		if (outcome instanceof Outcome.Conflict conflict) {
			ServerRow row = this.images.find(change, conflict);
			return (row != null) ? new ChangeStatus.Conflict(id, row) : new ChangeStatus.Postponed(id, NO_ROOM);
		}
		if (outcome instanceof Outcome.Refused refused) {
			return new ChangeStatus.Invalid(id, new StillReferenced(refused.referencedBy()),
					"Other rows refer to this row, so it was not deleted; the next download brings it back");
		}
		if (outcome instanceof Outcome.Missing missing) {
			return new ChangeStatus.Invalid(id,
					new FkMissing(missing.missing().stream().map(RowKey::toString).toList()),
					"A row that this change refers to does not exist; send the change again once it does");
		}
		throw new IllegalStateException("Change " + change.index() + " was left undecided");
	}

}

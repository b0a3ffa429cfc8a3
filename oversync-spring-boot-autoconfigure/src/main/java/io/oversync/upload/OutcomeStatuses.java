package io.oversync.upload;

import java.util.Map;

import io.oversync.catalog.RowKey;
import io.oversync.protocol.ChangeStatus.InvalidChange.StillReferenced;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.ChangeStatus.InvalidChange.FkMissing;
import io.oversync.protocol.Payload;
import io.oversync.protocol.ServerRow;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the planner decided into what the client is told.
 */
final class OutcomeStatuses {

	private final UploadPlan plan;

	private final Map<Long, String> images;

	/**
	 * Creates the translation.
	 * @param plan what was decided
	 * @param images after-images from before the batch, by their server_id
	 */
	OutcomeStatuses(UploadPlan plan, Map<Long, String> images) {
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
			return new ChangeStatus.Conflict(id, new ServerRow(conflict.row().table(), conflict.row().pk(),
					conflict.version(), conflict.deleted(), payload(conflict.image())));
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

	private @Nullable String payload(Image image) {
		if (image.entry() == null) {
			return this.images.get(image.serverId());
		}
		Payload payload = this.plan.entries().get(image.entry()).payload();
		return (payload != null) ? payload.text() : null;
	}

}

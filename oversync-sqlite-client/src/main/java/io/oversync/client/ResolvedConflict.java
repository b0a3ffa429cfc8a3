package io.oversync.client;

import org.jspecify.annotations.Nullable;

/**
 * A conflict and what became of it.
 *
 * @param conflict the two sides as they were
 * @param resolution the decision, null if the resolver failed and the change is still
 * pending
 * @param problem why it is still pending, or null
 */
public record ResolvedConflict(Conflict conflict, @Nullable Resolution resolution, @Nullable String problem) {

	/** Whether the decision has left something for the server. */
	boolean isToBeUploaded() {
		return this.resolution != null && !this.resolution.equals(Resolution.TAKE_SERVER);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import io.oversync.client.Conflict;
import io.oversync.client.Resolution;
import io.oversync.client.ResolvedConflict;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link ResolvedConflict}.
 */
public record ResolvedConflictReport(Conflict conflict, @Nullable Resolution resolution,
		@Nullable String problem) implements ResolvedConflict {

	/** Returns whether a decision has left something for the server. */
	public static boolean isToBeUploaded(ResolvedConflict conflict) {
		Resolution resolution = conflict.resolution();
		return resolution != null && !resolution.equals(Resolution.TAKE_SERVER);
	}

}

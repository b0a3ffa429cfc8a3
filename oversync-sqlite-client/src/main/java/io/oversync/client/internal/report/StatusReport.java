/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.time.Instant;

import io.oversync.client.SyncStatus;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link SyncStatus}.
 */
public record StatusReport(long pending, long waiting, long quarantined, long held, long cursor, long lag,
		@Nullable Instant lastUpload, @Nullable Instant lastDownload, boolean hydrated,
		boolean recovering) implements SyncStatus {

	/** Returns the status without its times, which change also when nothing else does. */
	public StatusReport withoutTimes() {
		return new StatusReport(this.pending, this.waiting, this.quarantined, this.held, this.cursor, this.lag, null,
				null, this.hydrated, this.recovering);
	}

}

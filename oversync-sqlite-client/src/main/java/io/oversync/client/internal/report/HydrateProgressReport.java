/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import io.oversync.client.HydrateProgress;

/**
 * The values of a {@link HydrateProgress}.
 */
public record HydrateProgressReport(long downloaded, long position, long until) implements HydrateProgress {

	@Override
	public double fraction() {
		return (this.until > 0) ? Math.min(1, (double) this.position / this.until) : 1;
	}

}

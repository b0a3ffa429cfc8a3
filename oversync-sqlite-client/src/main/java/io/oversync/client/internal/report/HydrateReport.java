/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.util.List;

import io.oversync.client.HydrateResult;
import io.oversync.client.ResolvedConflict;

/**
 * The values of a {@link HydrateResult}.
 */
public record HydrateReport(long downloaded, long rows, long applied, long reuploads, List<ResolvedConflict> conflicts,
		long held) implements HydrateResult {

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.util.List;

import io.oversync.client.RepairResult;
import io.oversync.client.ResolvedConflict;

/**
 * The values of a {@link RepairResult}.
 */
public record RepairReport(long differing, long downloaded, long applied, long reuploads, long left,
		List<ResolvedConflict> conflicts, long held) implements RepairResult {

}

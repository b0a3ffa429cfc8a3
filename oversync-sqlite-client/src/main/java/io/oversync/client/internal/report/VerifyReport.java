/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.util.List;

import io.oversync.client.DifferingRow;
import io.oversync.client.VerifyResult;

/**
 * The values of a {@link VerifyResult}.
 */
public record VerifyReport(long head, List<String> tables, long rows, List<DifferingRow> differences,
		boolean isComplete) implements VerifyResult {

}

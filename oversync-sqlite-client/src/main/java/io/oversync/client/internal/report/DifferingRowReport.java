/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import io.oversync.client.DifferingRow;

/**
 * The values of a {@link DifferingRow}.
 */
public record DifferingRowReport(String table, String pk, DifferingRow.Kind kind, long version,
		long serverVersion) implements DifferingRow {

}

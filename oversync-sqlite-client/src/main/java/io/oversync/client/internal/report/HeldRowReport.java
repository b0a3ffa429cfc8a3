/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.time.Instant;
import java.util.List;

import io.oversync.client.HeldRow;
import io.oversync.client.SyncRow;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link HeldRow}.
 */
public record HeldRowReport(String table, String pk, @Nullable SyncRow row, String reason, List<String> inTheWay,
		Instant since) implements HeldRow {

}

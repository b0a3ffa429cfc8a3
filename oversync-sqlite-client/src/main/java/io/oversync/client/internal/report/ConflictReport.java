/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import io.oversync.client.Conflict;
import io.oversync.client.SyncRow;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link Conflict}.
 */
public record ConflictReport(String table, String pk, @Nullable SyncRow base, @Nullable SyncRow local,
		@Nullable SyncRow server, long serverVersion) implements Conflict {

}

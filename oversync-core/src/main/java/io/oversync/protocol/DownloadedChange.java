/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * One entry of the change stream (§3).
 *
 * @param serverId its position in the user's stream
 * @param table the table
 * @param op the operation as the change had it
 * @param pk the row's key
 * @param payload the after-image of that change, verbatim; null for a DELETE
 * @param serverVersion the version of the row that the change produced
 * @param sourceId the device that made it, or {@link SyncActor#SERVER_SOURCE}
 * @param sourceChangeId the device's own number
 * @param timestamp when the server applied it, to the microsecond
 */
public record DownloadedChange(long serverId, TableName table, Operation op, UUID pk, @Nullable Payload payload,
		long serverVersion, String sourceId, long sourceChangeId, Instant timestamp) {
}

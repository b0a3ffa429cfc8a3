/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

/**
 * One entry of the change stream (§3).
 *
 * @param serverId its position
 * @param schema the server's schema
 * @param table the server's table
 * @param pk the row's key, a dashed UUID
 * @param row the row after the change
 * @param sourceId the device that made it
 * @param sourceChangeId that device's number
 * @param micros when the server wrote it, in microseconds since 1970; 0 if it does not
 * say
 */
public record ReceivedChange(long serverId, String schema, String table, String pk, ReceivedRow row, String sourceId,
		long sourceChangeId, long micros) {
}

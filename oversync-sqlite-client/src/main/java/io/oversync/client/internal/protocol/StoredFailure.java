/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

/**
 * A row that the server could not write into its own table (§2.2, §4).
 *
 * @param schema the server's schema
 * @param table the server's table
 * @param pk the key
 * @param version the version that was tried
 * @param error the error
 * @param firstSeen RFC 3339
 */
public record StoredFailure(String schema, String table, String pk, long version, String error, String firstSeen) {
}

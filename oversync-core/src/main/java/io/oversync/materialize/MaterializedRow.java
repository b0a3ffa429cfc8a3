/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.materialize;

import java.util.UUID;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A row that a {@link MaterializationHandler} writes.
 *
 * @param userId the owner
 * @param table the table
 * @param pk the key
 * @param version the version of the row
 * @param payload the full after-image as JSON text, verbatim as the device wrote it; null
 * for a row to be deleted
 */
public record MaterializedRow(String userId, TableName table, UUID pk, long version, @Nullable String payload) {
}

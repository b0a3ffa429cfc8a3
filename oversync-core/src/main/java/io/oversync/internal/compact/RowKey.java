/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.UUID;

/**
 * A row.
 *
 * @param tableId the table
 * @param pk the primary key
 */
record RowKey(int tableId, UUID pk) {
}

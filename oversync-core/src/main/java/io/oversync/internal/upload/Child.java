/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;

/**
 * A row that refers to another.
 *
 * @param foreignKey by which foreign key
 * @param row the row that refers
 */
record Child(ForeignKey foreignKey, RowKey row) {
}

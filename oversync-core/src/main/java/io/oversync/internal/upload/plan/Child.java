/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;

/**
 * A row that refers to another.
 *
 * @param foreignKey by which foreign key
 * @param row the row that refers
 */
public record Child(ForeignKey foreignKey, RowKey row) {
}

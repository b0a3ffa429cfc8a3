/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * A payload's value of one foreign key of its row.
 *
 * @param foreignKey the foreign key
 * @param parent the row referred to; null when the payload says that there is none
 */
public record Reference(ForeignKey foreignKey, @Nullable RowKey parent) {
}

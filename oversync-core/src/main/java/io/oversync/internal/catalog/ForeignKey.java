/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.UUID;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A foreign key of one column from one registered table to the key of another, or of the
 * same. Others are left to the database.
 *
 * @param child the table that refers
 * @param column its referring column
 * @param parent the table that is referred to
 * @param deleteRule what happens to children when a parent is deleted; {@code SET NULL}
 * on a column that may not be null is {@link DeleteRule#REFUSE}, as the database would
 * refuse it
 * @param defaultKey the column's default for {@link DeleteRule#SET_DEFAULT}, null for
 * none
 */
public record ForeignKey(TableName child, String column, TableName parent, DeleteRule deleteRule,
		@Nullable UUID defaultKey) {
}

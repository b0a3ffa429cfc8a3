/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A foreign key between two materialised tables, with all its columns and to whatever
 * columns. Sync follows only some of them ({@link ForeignKey}), but each could lead to a
 * row of another user.
 *
 * @param child the table that refers
 * @param parent the table that is referred to
 * @param deleteRule what the database does to children when a parent is deleted
 * @param parts the pairs of columns
 */
public record OwnedReference(TableName child, TableName parent, DeleteRule deleteRule, List<Part> parts) {

	public OwnedReference {
		parts = List.copyOf(parts);
	}

	/**
	 * A pair of columns.
	 *
	 * @param column the referring column
	 * @param parentColumn the column that it refers to
	 * @param collation by which they are compared, null for a type without collations
	 * @param defaultValue the expression that {@code SET DEFAULT} sets the column to,
	 * null for null
	 * @param kept whether {@code SET DEFAULT} leaves the column as it is
	 */
	public record Part(String column, String parentColumn, @Nullable String collation, @Nullable String defaultValue,
			boolean kept) {
	}

}

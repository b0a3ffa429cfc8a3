/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Asks for checksums of live rows (§4.1).
 *
 * @param schema only tables of this schema, null for all
 * @param tables only these tables, empty for all
 * @param from the first key, null for all
 * @param to the last key, null for all
 * @param entries whether the rows are listed where they are few
 */
public record ChecksumRequest(@Nullable String schema, Set<TableName> tables, @Nullable UUID from, @Nullable UUID to,
		boolean entries) {

	/** Tables with more rows in the range are not listed. */
	public static final int MOST_ENTRIES = 1000;

	/**
	 * Returns whether a table is asked for.
	 * @param table the table
	 * @return whether it passes both filters
	 */
	public boolean includes(TableName table) {
		return (this.schema == null || this.schema.equals(table.schema()))
				&& (this.tables.isEmpty() || this.tables.contains(table));
	}

}

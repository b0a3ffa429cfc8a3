/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The checksums of the server's rows (§4.1), all of one moment.
 *
 * @param head the head of the stream at that moment
 * @param tables one for each table that the server has
 */
public record ServerChecksums(long head, List<Sum> tables) {

	/** Returns the sum of a table, or null if the server does not have the table. */
	public @Nullable Sum of(String schema, String table) {
		return this.tables.stream()
			.filter((sum) -> sum.schema.equals(schema) && sum.table.equals(table))
			.findFirst()
			.orElse(null);
	}

	/**
	 * The checksum of a table.
	 *
	 * @param schema the server's schema
	 * @param table the server's table
	 * @param rows the number of live rows
	 * @param digest the sum of {@link RowDigest} of all of them
	 * @param entries the rows by their keys; null if they were not asked for, or are many
	 */
	public record Sum(String schema, String table, long rows, long digest, @Nullable List<Entry> entries) {
	}

	/**
	 * A live row.
	 *
	 * @param pk its key, a dashed UUID in lower case
	 * @param version its version
	 * @param serverId the position of the change that made the version, 0 if not known
	 */
	public record Entry(String pk, long version, long serverId) {
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A table to be synced. Its primary key must be one column that holds UUIDs: TEXT, or
 * BLOB of 16 bytes.
 *
 * @param name the local table, in any case
 * @param keyColumn its key column, or null to take the primary key
 * @param serverSchema the server's schema, or null for that of the client
 * @param serverTable the server's table
 */
public record SyncTable(String name, @Nullable String keyColumn, @Nullable String serverSchema, String serverTable) {

	/**
	 * A table that is called the same on the server.
	 * @param name its name
	 * @return the table
	 */
	public static SyncTable of(String name) {
		return new SyncTable(name, null, null, name.toLowerCase(Locale.ROOT));
	}

	/**
	 * Names the key column.
	 * @param column the only column of the primary key
	 * @return a copy with that column
	 */
	public SyncTable key(String column) {
		return new SyncTable(this.name, column, this.serverSchema, this.serverTable);
	}

	/**
	 * Says what the table is called on the server, where that differs.
	 * @param schema the server's schema
	 * @param table the server's table
	 * @return a copy with that name
	 */
	public SyncTable onServer(String schema, String table) {
		return new SyncTable(this.name, this.keyColumn, schema, table);
	}

}

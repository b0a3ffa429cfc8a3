/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import io.oversync.client.internal.report.ConflictReport;
import org.jspecify.annotations.Nullable;

/**
 * A row that was changed here and, since then, on another device.
 */
public interface Conflict {

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	String table();

	/**
	 * Returns the key of the row, a dashed UUID.
	 * @return the key
	 */
	String pk();

	/**
	 * Returns the row before the local change; null if there was none, or if it is not
	 * known.
	 * @return the row
	 */
	@Nullable SyncRow base();

	/**
	 * Returns the local row; null if it was deleted here.
	 * @return the row
	 */
	@Nullable SyncRow local();

	/**
	 * Returns the row of the server; null if it was deleted there. A column that the
	 * server's row lacks has the value before the local change.
	 * @return the row
	 */
	@Nullable SyncRow server();

	/**
	 * Returns the server's version of the row.
	 * @return the version
	 */
	long serverVersion();

	/**
	 * Creates a conflict, for tests of a resolver.
	 * @param table the local table
	 * @param base the row as it was, or null
	 * @param local the row as it is here, or null
	 * @param server the row as the server has it, or null
	 * @return the conflict
	 */
	static Conflict of(String table, @Nullable SyncRow base, @Nullable SyncRow local, @Nullable SyncRow server) {
		return new ConflictReport(table, "", base, local, server, 0);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Instant;

/**
 * A change of this user that is synced to all devices, but that the server could not
 * write into its own table, such as a value that must be unique there. A later edit of
 * the row that fits clears it.
 */
public interface ServerFailure {

	/**
	 * Returns the local table, or {@code schema.table} of a table that is not synced
	 * here.
	 * @return the table
	 */
	String table();

	/**
	 * Returns the key of the row, a dashed UUID.
	 * @return the key
	 */
	String pk();

	/**
	 * Returns the version of the row that could not be written.
	 * @return the version
	 */
	long version();

	/**
	 * Returns a message that says why.
	 * @return the message
	 */
	String error();

	/**
	 * Returns the time of the first failure.
	 * @return the time
	 */
	Instant firstSeen();

}

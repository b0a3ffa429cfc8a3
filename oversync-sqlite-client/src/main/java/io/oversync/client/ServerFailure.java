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
	 * Returns the local table, or {@code schema.table} of one that is not synced here.
	 * @return the local table, or {@code schema.table} of one that is not synced here
	 */
	String table();

	/**
	 * Returns the row's key, a dashed UUID.
	 * @return the row's key, a dashed UUID
	 */
	String pk();

	/**
	 * Returns the row's version that could not be written.
	 * @return the row's version that could not be written
	 */
	long version();

	/**
	 * Returns why, for people.
	 * @return why, for people
	 */
	String error();

	/**
	 * Returns when it failed first.
	 * @return when it failed first
	 */
	Instant firstSeen();

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A local delete that the server refused because other rows refer to the row, such as one
 * that another device has just added. The row is not lost: the server sends it again, and
 * the next download brings it back. Delete those rows first, then this one again.
 */
public interface RefusedDelete {

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	String table();

	/**
	 * Returns the row's key, a dashed UUID.
	 * @return the row's key, a dashed UUID
	 */
	String pk();

	/**
	 * Returns the row before it was deleted here, or null if that is not known.
	 * @return the row
	 */
	@Nullable SyncRow row();

	/**
	 * Returns the rows that refer to it, as far as the server names them.
	 * @return the rows
	 */
	List<Referrer> referencedBy();

	/**
	 * Returns a message for people.
	 * @return the message
	 */
	String message();

	/**
	 * A row that refers to the one that was to be deleted. This device may not have it
	 * yet.
	 */
	interface Referrer {

		/**
		 * Returns the local table, or {@code schema.table} of a table of the server that
		 * is not synced here.
		 * @return the table
		 */
		String table();

		/**
		 * Returns the row's key.
		 * @return the row's key
		 */
		String pk();

	}

}

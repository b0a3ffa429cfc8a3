/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * A local change that the server did not take yet. It is sent again with a later sync and
 * holds nothing else back.
 */
public interface WaitingChange {

	/**
	 * Returns the local table.
	 * @return the table
	 */
	String table();

	/**
	 * Returns the key of the row.
	 * @return the key
	 */
	String pk();

	/**
	 * Returns the reason, such as the parent that is missing.
	 * @return the reason
	 */
	String problem();

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * A local change that the server did not take this time. It is sent again with a later
 * sync and holds nothing else back.
 */
public interface WaitingChange {

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	String table();

	/**
	 * Returns the row's key.
	 * @return the row's key
	 */
	String pk();

	/**
	 * Returns why, such as the parent that is missing.
	 * @return why, such as the parent that is missing
	 */
	String problem();

}

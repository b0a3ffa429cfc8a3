/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * The outcome of {@link SyncClient#verify()}.
 */
public interface VerifyResult {

	/** The greatest number of rows that a result names. */
	int MOST_ROWS = 1000;

	/**
	 * Returns whether all rows that were compared are those of the server.
	 * @return false if there is a difference
	 */
	default boolean isSame() {
		return differences().isEmpty();
	}

	/**
	 * Returns the position of the server's stream up to which this device has everything.
	 * @return the position
	 */
	long head();

	/**
	 * Returns the local tables that were compared: those that the server has as well.
	 * @return the tables, parents first
	 */
	List<String> tables();

	/**
	 * Returns the number of rows that the server has in these tables.
	 * @return the number
	 */
	long rows();

	/**
	 * Returns the rows that differ.
	 * @return the rows, at most {@link #MOST_ROWS}
	 */
	List<DifferingRow> differences();

	/**
	 * Returns whether {@link #differences()} names all rows that differ.
	 * @return false if there may be more
	 */
	boolean isComplete();

}

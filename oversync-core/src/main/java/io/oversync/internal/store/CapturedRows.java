/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

/**
 * Statements about {@code sync.captured_row} that are part of generated triggers, or that
 * an administrator runs.
 */
public final class CapturedRows {

	/** The queue. */
	public static final String TABLE = "sync.captured_row";

	/** The begin of a statement that notes rows: owner, id of the table, key. */
	public static final String INSERT = "INSERT INTO sync.captured_row (owner, table_id, pks)";

	/** The most keys in one row of the queue, which is taken as a whole. */
	public static final int MOST_KEYS = 500;

	/** Empties the queue. */
	public static final String CLEAR = "TRUNCATE sync.captured_row";

	private CapturedRows() {
	}

	/**
	 * Returns the statement that makes every stream compare its rows with a table, since
	 * writes to the table may have been missed.
	 * @param tableId the table's id
	 * @return an UPDATE without parameters
	 */
	public static String raiseGeneration(int tableId) {
		return "UPDATE sync.synced_table SET capture_generation = capture_generation + 1 WHERE table_id = " + tableId;
	}

}

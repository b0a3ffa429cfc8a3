/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A row of the server that cannot be written here yet, mostly because another row has a
 * value that must be unique. It is tried again with each sync, in its latest version.
 * Change or delete the row that is in the way, and the next sync writes it; an edit of
 * this row on another device may do as well.
 */
public interface HeldRow {

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
	 * Returns the row as the server has it, or null if it was deleted there.
	 * @return the row
	 */
	@Nullable SyncRow row();

	/**
	 * Returns a message that says why the row cannot be written.
	 * @return the message
	 */
	String reason();

	/**
	 * Returns the keys of rows of the same table that have the same unique values.
	 * @return the keys
	 */
	List<String> inTheWay();

	/**
	 * Returns the time at which the row was first held.
	 * @return the time
	 */
	Instant since();

}

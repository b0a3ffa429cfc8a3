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
	 * Returns the row's key, a dashed UUID.
	 * @return the row's key, a dashed UUID
	 */
	String pk();

	/**
	 * Returns the row as the server has it, or null if it was deleted there.
	 * @return the row as the server has it, or null if it was deleted there
	 */
	@Nullable SyncRow row();

	/**
	 * Returns why it cannot be written, for people.
	 * @return why it cannot be written, for people
	 */
	String reason();

	/**
	 * Returns the keys of rows of the same table with the same unique values.
	 * @return the keys of rows of the same table with the same unique values
	 */
	List<String> inTheWay();

	/**
	 * Returns when it was held first.
	 * @return when it was held first
	 */
	Instant since();

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.service;

import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of a business table again from what devices uploaded: after a column
 * was added, or when a table came back. For operators, not for users.
 * <p>
 * Works through the users one after the other, in batches between which uploads get their
 * turn, and goes on after a row that fails. It may be repeated at any time, also when it
 * was interrupted.
 */
public interface Rematerialization {

	/**
	 * Writes rows: the live ones as they were last uploaded, and of the deleted ones
	 * those whose delete had failed. Columns that payloads do not mention keep their
	 * values. What the application itself changed in the written columns, or deleted, is
	 * overwritten by what devices uploaded.
	 * @param request which rows
	 * @return what came of it
	 * @throws IllegalArgumentException if the table is not registered
	 * @throws IllegalStateException if the table cannot be written at all
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when locks are held for too
	 * long; what was written until then stays
	 */
	Result rematerialize(Request request);

	/**
	 * Which rows are written.
	 *
	 * @param table a registered table
	 * @param userId only the rows of this user, null for those of all
	 * @param failedOnly only rows with a recorded failure
	 */
	record Request(TableName table, @Nullable String userId, boolean failedOnly) {
	}

	/**
	 * What came of it.
	 *
	 * @param users how many users had such rows
	 * @param written how many rows are in the table as they should be
	 * @param failed how many are recorded as failures
	 */
	record Result(long users, long written, long failed) {
	}

}

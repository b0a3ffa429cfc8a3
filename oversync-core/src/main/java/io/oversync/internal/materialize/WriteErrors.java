/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.SQLException;

import io.oversync.internal.store.SqlStates;
import io.oversync.materialize.MaterializationException;

import org.springframework.dao.DataAccessException;

/**
 * Classifies the errors of writing rows.
 */
final class WriteErrors {

	static final String UNIQUE_VIOLATION = "23505";

	static final String EXCLUSION_VIOLATION = "23P01";

	private WriteErrors() {
	}

	/**
	 * Returns whether an error may be due to the rows: a data access failure, the failure
	 * of a handler, or a row that refers to another user's. Anything else is a defect of
	 * the engine, and transient trouble of the database judges no row.
	 * @param error any error
	 * @return whether the rows may be tried in smaller parts
	 */
	static boolean isAboutRows(RuntimeException error) {
		boolean known = error instanceof HandlerFailureException || error instanceof MaterializationException
				|| (error instanceof DataAccessException && SqlStates.find(error) != null);
		return known && !SqlStates.isOutOfOwnMemory(error)
				&& (!SqlStates.isTransient(error) || SqlStates.isExhaustion(error));
	}

	/**
	 * Returns whether another row holds a unique value. Tables of handlers do not count.
	 * @param error any error
	 * @return whether a unique or exclusion constraint was violated
	 */
	static boolean isConflict(RuntimeException error) {
		if (error instanceof HandlerFailureException) {
			return false;
		}
		SQLException cause = SqlStates.find(error);
		return cause != null
				&& (UNIQUE_VIOLATION.equals(cause.getSQLState()) || EXCLUSION_VIOLATION.equals(cause.getSQLState()));
	}

}

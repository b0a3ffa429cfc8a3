/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.SQLException;

import io.oversync.internal.store.SqlStates;
import io.oversync.materialize.MaterializationException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Describes to a user why a row was not written.
 */
final class FailureMessages {

	private static final Log logger = LogFactory.getLog(FailureMessages.class);

	private static final String TIMED_OUT = "Writing this row takes longer than the database's statement_timeout";

	private static final String FAILED = "The application could not write this row";

	private FailureMessages() {
	}

	/**
	 * Describes an error without SQL and without data of other users: of PostgreSQL's
	 * message the first line only, since its details may show the row that is in the way.
	 * @param error the error
	 * @return one sentence
	 */
	static String describe(RuntimeException error) {
		Throwable thrown = (error instanceof HandlerFailureException && error.getCause() != null) ? error.getCause()
				: error;
		if (thrown instanceof MaterializationException) {
			return (thrown.getMessage() != null) ? thrown.getMessage() : FAILED;
		}
		if (SqlStates.isCancellation(error)) {
			return TIMED_OUT;
		}
		String message = serverMessage(error);
		if (message != null) {
			return message;
		}
		logger.warn("A materialization handler failed", error);
		return FAILED;
	}

	private static @Nullable String serverMessage(RuntimeException error) {
		SQLException cause = SqlStates.find(error);
		ServerErrorMessage message = (cause instanceof PSQLException postgres) ? postgres.getServerErrorMessage()
				: null;
		return (message != null) ? message.getMessage() : null;
	}

}

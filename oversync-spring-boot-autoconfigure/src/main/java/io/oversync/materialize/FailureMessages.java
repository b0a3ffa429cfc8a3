package io.oversync.materialize;

import java.sql.SQLException;

import io.oversync.store.SqlStates;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Tells a user why a row was not written.
 */
final class FailureMessages {

	private static final Log logger = LogFactory.getLog(FailureMessages.class);

	private FailureMessages() {
	}

	/**
	 * Describes an error without SQL and without data of other users: of PostgreSQL's
	 * message the first line only, since its details may show the row that is in the way.
	 * @param error what was thrown
	 * @return one sentence
	 */
	static String describe(RuntimeException error) {
		if (error instanceof MaterializationException) {
			return String.valueOf(error.getMessage());
		}
		SQLException cause = SqlStates.find(error);
		if (cause instanceof PSQLException postgres) {
			ServerErrorMessage message = postgres.getServerErrorMessage();
			if (message != null && message.getMessage() != null) {
				return message.getMessage();
			}
		}
		logger.warn("A materialization handler failed", error);
		return "The application could not write this row";
	}

}

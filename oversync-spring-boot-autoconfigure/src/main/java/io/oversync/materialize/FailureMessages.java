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

	/** PostgreSQL repeats the values that it cannot read, whatever their length. */
	private static final int LONGEST = 500;

	private FailureMessages() {
	}

	/**
	 * Describes an error without SQL and without data of other users: of PostgreSQL's
	 * message the first line only, since its details may show the row that is in the way.
	 * @param error what was thrown
	 * @return one sentence, of bounded length
	 */
	static String describe(RuntimeException error) {
		if (error instanceof MaterializationException) {
			return shorten(String.valueOf(error.getMessage()));
		}
		SQLException cause = SqlStates.find(error);
		if (cause instanceof PSQLException postgres) {
			ServerErrorMessage message = postgres.getServerErrorMessage();
			if (message != null && message.getMessage() != null) {
				return shorten(message.getMessage());
			}
		}
		logger.warn("A materialization handler failed", error);
		return "The application could not write this row";
	}

	private static String shorten(String message) {
		if (message.codePointCount(0, message.length()) <= LONGEST) {
			return message;
		}
		return message.substring(0, message.offsetByCodePoints(0, LONGEST)) + "…";
	}

}

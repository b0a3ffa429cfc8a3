/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * The meanings of PostgreSQL's error codes for a request.
 */
public final class SqlStates {

	private static final String LOCK_TIMEOUT = "55P03";

	private static final Set<String> TRANSIENT = Set.of("40001", // serialization failure
			"40P01", // deadlock
			LOCK_TIMEOUT, "57014", // statement cancelled
			"25P03", // idle in transaction timeout
			"25006" // read-only: a standby, until it is promoted
	);

	/** Connection lost, resources exhausted, shutting down, system error. */
	private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "53", "57", "58");

	private static final String UNIQUE_VIOLATION = "23505";

	private static final String CANCELLED = "57014";

	private static final String TOO_MANY_CONNECTIONS = "53300";

	/** PgBouncer's message for a query that waited too long for a connection. */
	private static final String PGBOUNCER_WAIT = "query_wait_timeout";

	/** The codes for too much work at once, but not for a lack of connections or disk. */
	private static final Set<String> EXHAUSTION = Set.of(CANCELLED, "53000", // resources
			"53200", // memory
			"53400" // a configured limit, such as temp_file_limit
	);

	private static final String OUT_OF_MEMORY = "53200";

	private SqlStates() {
	}

	/**
	 * Returns whether a statement took too long or too much memory, so that a smaller one
	 * may get through where the same one never will.
	 * @param error any error
	 * @return whether it, or one of its causes, is a cancelled statement or lack of
	 * memory
	 */
	public static boolean isExhaustion(Throwable error) {
		SQLException cause = find(error);
		return cause != null && cause.getSQLState() != null && EXHAUSTION.contains(cause.getSQLState())
				&& !isOutOfOwnMemory(error);
	}

	/**
	 * Returns whether the driver ran out of this machine's memory, which it reports with
	 * PostgreSQL's code. A repeat would only take more memory from all other requests.
	 * @param error any error
	 * @return whether it, or one of its causes, is lack of memory here
	 */
	public static boolean isOutOfOwnMemory(Throwable error) {
		SQLException cause = find(error);
		return cause != null && OUT_OF_MEMORY.equals(cause.getSQLState())
				&& !(cause instanceof PSQLException postgres && postgres.getServerErrorMessage() != null);
	}

	/**
	 * Returns whether a statement was cancelled: by {@code statement_timeout}, by the
	 * driver or by an administrator, between which PostgreSQL makes no difference.
	 * @param error any error
	 * @return whether it, or one of its causes, is a cancelled statement
	 */
	public static boolean isCancellation(Throwable error) {
		SQLException cause = find(error);
		return cause != null && CANCELLED.equals(cause.getSQLState());
	}

	/**
	 * Returns whether no connection was available. Trying again does not help: the work
	 * has already waited for one, and others wait, too.
	 * @param error any error
	 * @param connected whether there was a connection to start with
	 * @return whether it, or one of its causes, comes from a pool or a server without a
	 * free connection
	 */
	static boolean isWithoutConnection(Throwable error, boolean connected) {
		SQLException cause = find(error);
		if (cause == null) {
			return false;
		}
		return cause instanceof SQLTransientConnectionException || TOO_MANY_CONNECTIONS.equals(cause.getSQLState())
				|| String.valueOf(cause.getMessage()).contains(PGBOUNCER_WAIT)
				|| (!connected && cause.getSQLState() == null);
	}

	/**
	 * Returns whether trying again may help, so that no change may be judged by this
	 * error.
	 * @param error any error
	 * @return whether it, or one of its causes, is transient trouble of the database
	 */
	public static boolean isTransient(Throwable error) {
		if (isOutOfOwnMemory(error)) {
			return false;
		}
		SQLException cause = find(error);
		while (cause != null) {
			String state = cause.getSQLState();
			// PostgreSQL always gives a code: what has none is the pool's, about a
			// connection that is closed or not to be had
			if (state == null || isOutdatedPlan(cause) || isOutdatedLock(cause) || TRANSIENT.contains(state)
					|| TRANSIENT_CLASSES.stream().anyMatch(state::startsWith)) {
				return true;
			}
			cause = cause.getNextException();
		}
		return false;
	}

	/**
	 * Returns whether a lock was not available in time.
	 * @param error any error
	 * @return whether PostgreSQL gave up waiting for it
	 */
	static boolean isLockTimeout(Throwable error) {
		SQLException cause = find(error);
		return cause != null && LOCK_TIMEOUT.equals(cause.getSQLState());
	}

	/**
	 * Writes the condition that an error is transient in SQL.
	 * @param state an expression for its code
	 * @return the condition
	 */
	public static String transientCondition(String state) {
		return state + " IN (" + list(TRANSIENT) + ") OR left(" + state + ", 2) IN (" + list(TRANSIENT_CLASSES) + ")";
	}

	private static String list(Set<String> codes) {
		return codes.stream().sorted().collect(Collectors.joining("', '", "'", "'"));
	}

	/**
	 * A statement that the connection has prepared can no longer be used as it is. The
	 * driver prepares it again the next time.
	 */
	private static boolean isOutdatedPlan(SQLException error) {
		return "26000".equals(error.getSQLState()) || ("0A000".equals(error.getSQLState())
				&& error instanceof PSQLException postgres && postgres.getServerErrorMessage() != null
				&& String.valueOf(postgres.getServerErrorMessage().getRoutine()).startsWith("RevalidateCached"));
	}

	/**
	 * A duplicate in the sync schema. Its rows are numbered under the lock of the stream,
	 * so the lock was taken where others no longer write: on the old side of a shard that
	 * moved, or of a replica that was promoted.
	 */
	private static boolean isOutdatedLock(SQLException error) {
		return UNIQUE_VIOLATION.equals(error.getSQLState()) && error instanceof PSQLException postgres
				&& postgres.getServerErrorMessage() != null
				&& SchemaMigrator.SCHEMA.equals(postgres.getServerErrorMessage().getSchema());
	}

	/**
	 * Finds the database's error among the causes.
	 * @param error any error
	 * @return the first {@link SQLException}, or null if there is none
	 */
	public static @Nullable SQLException find(@Nullable Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sqlException) {
				return sqlException;
			}
		}
		return null;
	}

}

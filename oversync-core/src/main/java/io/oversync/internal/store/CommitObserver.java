/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.SQLException;
import java.util.Set;

import org.springframework.core.Ordered;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Follows one transaction to its end, to determine its outcome when it ends with an
 * exception.
 * <p>
 * The type of the exception alone is not enough: exceptions come from the work, from the
 * commit, from a rollback after a failed commit, which replaces the commit's own, and
 * from callbacks after the commit.
 */
final class CommitObserver implements TransactionSynchronization {

	/** The error codes of a PostgreSQL that shuts down or loses the connection. */
	private static final Set<String> UNKNOWN_CLASSES = Set.of("08", "53", "57", "58", "F0", "XX");

	private static final String STATEMENT_CANCELLED = "57014";

	private static final String COMPLETION_UNKNOWN = "40003";

	private boolean committing;

	private boolean committed;

	/** Must be called at the end of the work, within the transaction. */
	void start() {
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationManager.registerSynchronization(this);
		}
		else {
			this.committing = true;
		}
	}

	/** After the callbacks of the application, which may still write, or refuse. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void beforeCommit(boolean readOnly) {
		this.committing = true;
	}

	@Override
	public void afterCompletion(int status) {
		this.committed = (status == STATUS_COMMITTED);
	}

	/**
	 * Returns the outcome of the transaction.
	 * @param failure its exception
	 * @return the outcome, {@link CommitOutcome#UNKNOWN} unless one of the others is
	 * certain
	 */
	CommitOutcome outcome(Throwable failure) {
		if (this.committed) {
			return CommitOutcome.COMMITTED;
		}
		if (!this.committing || isRefusal(failure)) {
			return CommitOutcome.ROLLED_BACK;
		}
		return CommitOutcome.UNKNOWN;
	}

	/** Returns whether the database, or Spring, refused the commit. */
	private static boolean isRefusal(Throwable failure) {
		SQLException error = SqlStates.find(failure);
		if (error == null) {
			return failure instanceof UnexpectedRollbackException;
		}
		String state = error.getSQLState();
		if (state == null || state.length() < 2 || state.equals(COMPLETION_UNKNOWN)) {
			return false;
		}
		return state.equals(STATEMENT_CANCELLED) || !UNKNOWN_CLASSES.contains(state.substring(0, 2));
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Refuses writes that a rollback would not undo or a commit would not save. Half an
 * upload would remain, and its retry would count as done.
 */
final class TransactionGuard {

	/**
	 * Fails outside a transaction. PostgreSQL itself checks this, since every layer in
	 * between may mistake a connection for one in a transaction.
	 */
	static final String REQUIRE = "LOCK TABLE sync.stream IN ACCESS SHARE MODE";

	private static final String NO_ACTIVE_TRANSACTION = "25P01";

	private final DataSource dataSource;

	private final String transactionManager;

	TransactionGuard(DataSource dataSource, PlatformTransactionManager transactionManager) {
		this.dataSource = dataSource;
		this.transactionManager = transactionManager.getClass().getName();
	}

	/**
	 * Refuses a connection that the transaction manager does not commit. Must be called
	 * before the first statement: from then on a connection outside the transaction looks
	 * like the one inside.
	 */
	void requireTransaction() {
		if (!(TransactionSynchronizationManager.getResource(this.dataSource) instanceof ConnectionHolder)) {
			throw refusal("the transaction uses another connection", null);
		}
		if (ask(Connection::getAutoCommit)) {
			throw refusal("the connection commits each statement by itself", null);
		}
	}

	/**
	 * Refuses a connection that is known to be lost: its commit would look like one that
	 * was cut off.
	 */
	void requireOpenConnection() {
		if (ask(Connection::isClosed)) {
			throw new DataAccessResourceFailureException("The connection was lost before the commit",
					new SQLException("Connection is closed"));
		}
	}

	/**
	 * Returns whether {@link #REQUIRE} failed.
	 * @param failure any failure
	 * @return whether PostgreSQL found no transaction
	 */
	static boolean isRefusal(Throwable failure) {
		SQLException error = SqlStates.find(failure);
		return error != null && NO_ACTIVE_TRANSACTION.equals(error.getSQLState());
	}

	NoTransactionException refusal(Throwable cause) {
		return refusal("PostgreSQL says that there is no transaction", cause);
	}

	private NoTransactionException refusal(String problem, @Nullable Throwable cause) {
		return new NoTransactionException(problem, this.transactionManager, cause);
	}

	private boolean ask(Question question) {
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try {
			return question.ask(connection);
		}
		catch (SQLException ex) {
			throw new DataAccessResourceFailureException("The connection does not answer", ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, this.dataSource);
		}
	}

	/** A question about the state of a connection. */
	private interface Question {

		boolean ask(Connection connection) throws SQLException;

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.Connection;
import java.sql.SQLException;

import jakarta.persistence.EntityManager;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.resource.jdbc.spi.LogicalConnectionImplementor;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Lifts the mark that Hibernate sets on its transaction when an exception passes through
 * it. Hibernate has no way back from a mark, but lets the physical transaction begin
 * again: on a connection that is in a transaction already, only the mark goes.
 */
final class HibernateMark {

	private static final Log logger = LogFactory.getLog(HibernateMark.class);

	private HibernateMark() {
	}

	static void lift(EntityManager entityManager) {
		SessionImplementor session = entityManager.unwrap(SessionImplementor.class);
		LogicalConnectionImplementor connection = session.getJdbcCoordinator().getLogicalConnection();
		connection.getPhysicalJdbcTransaction().begin();
		boolean restores = !session.getFactory().getSessionFactoryOptions().doesConnectionProviderDisableAutoCommit();
		if (restores && TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationManager.registerSynchronization(new AutoCommit(connection));
		}
	}

	/**
	 * Restores auto-commit in Hibernate's place, which takes the mode in the midst of the
	 * transaction for the one that the pool gave.
	 *
	 * @param connection the connection of the transaction
	 */
	private record AutoCommit(LogicalConnectionImplementor connection) implements TransactionSynchronization {

		@Override
		public void afterCompletion(int status) {
			if (!this.connection.isPhysicallyConnected()) {
				return;
			}
			try {
				Connection physical = this.connection.getPhysicalConnection();
				if (!physical.getAutoCommit()) {
					physical.setAutoCommit(true);
				}
			}
			catch (SQLException ex) {
				logger.debug("The connection is broken: the pool will find out", ex);
			}
		}

	}

}

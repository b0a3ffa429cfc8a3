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
 * it. Hibernate cannot clear a mark, but can begin the physical transaction again: on a
 * connection that is in a transaction already, this only clears the mark.
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
	 * Restores auto-commit on behalf of Hibernate, which mistakes the mode within the
	 * transaction for the pool's.
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

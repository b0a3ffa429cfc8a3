/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Objects;

import javax.sql.DataSource;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * {@link PlantedBug#FORGETTING}: a commit that is none.
 */
final class ForgottenUploads implements Planting {

	@Override
	public PlatformTransactionManager transactionManager(PlatformTransactionManager real) {
		return new ForgettingTransactionManager(
				Objects.requireNonNull(((JdbcTransactionManager) real).getDataSource()));
	}

	/** Of the kind that the engine uses. */
	private static final class ForgettingTransactionManager extends JdbcTransactionManager {

		private final Rarely rarely = Rarely.onceIn(20);

		ForgettingTransactionManager(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			if (!status.isReadOnly() && this.rarely.now()) {
				doRollback(status);
			}
			else {
				super.doCommit(status);
			}
		}

	}

}

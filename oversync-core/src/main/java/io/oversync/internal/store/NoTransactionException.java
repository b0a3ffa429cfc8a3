/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * A write could not be rolled back: the connection is in no transaction, or in one that
 * the transaction manager does not commit. Nothing was written.
 */
final class NoTransactionException extends IllegalStateException {

	private static final String MESSAGE = "Nothing was written, since %s. The transaction manager %s does not control"
			+ " the connections of Oversync's DataSource: let both use the same DataSource bean, without a proxy between"
			+ " them. Connections must not commit by themselves: remove"
			+ " hibernate.connection.provider_disables_autocommit, or set spring.datasource.hikari.auto-commit=false, and"
			+ " give LazyConnectionDataSourceProxy no defaultAutoCommit other than the pool's.";

	NoTransactionException(String problem, String transactionManager, @Nullable Throwable cause) {
		super(MESSAGE.formatted(problem, transactionManager), cause);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import javax.sql.DataSource;

import org.springframework.transaction.PlatformTransactionManager;

/**
 * The transaction manager that the engine uses.
 *
 * @param description a description for the log
 * @param dataSource the DataSource exactly as the manager has it: connections of its
 * transactions are found by this object
 * @param transactionManager the manager
 */
record SyncTransactionManager(String description, DataSource dataSource,
		PlatformTransactionManager transactionManager) {

}

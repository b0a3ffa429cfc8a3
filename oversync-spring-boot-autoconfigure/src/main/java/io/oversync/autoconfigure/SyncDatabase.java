/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import javax.sql.DataSource;

/**
 * The database that is synced, chosen among the application's DataSources.
 *
 * @param beanName the bean's name
 * @param dataSource the bean
 */
record SyncDatabase(String beanName, DataSource dataSource) {

}

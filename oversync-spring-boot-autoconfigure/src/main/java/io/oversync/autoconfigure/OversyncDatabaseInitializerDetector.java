/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.Set;

import org.springframework.boot.sql.init.dependency.AbstractBeansOfTypeDatabaseInitializerDetector;

/**
 * Orders the migration of the {@code sync} schema before the application's own Flyway,
 * Liquibase and {@code schema.sql}: their tables may refer to the schema, which never
 * refers to them.
 */
class OversyncDatabaseInitializerDetector extends AbstractBeansOfTypeDatabaseInitializerDetector {

	private static final int BEFORE_THE_APPLICATIONS = -100;

	@Override
	protected Set<Class<?>> getDatabaseInitializerBeanTypes() {
		return Set.of(SyncSchemaInitializer.class);
	}

	@Override
	public int getOrder() {
		return BEFORE_THE_APPLICATIONS;
	}

}

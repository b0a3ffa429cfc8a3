/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

/**
 * The tables that a JPA provider creates while the application starts
 * ({@code spring.jpa.hibernate.ddl-auto}). Spring Boot does not count it as a database
 * initializer.
 */
@FunctionalInterface
interface EntityTables {

	/** Waits until they are created, even if that happens in the background. */
	void await();

}

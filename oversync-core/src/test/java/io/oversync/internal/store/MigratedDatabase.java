/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;

/**
 * New databases with the sync schema. It is migrated once in a JVM and then copied.
 */
public final class MigratedDatabase {

	private static final String TEMPLATE = migrate();

	private MigratedDatabase() {
	}

	private static String migrate() {
		String url = TestPostgres.createDatabase();
		new SchemaMigrator(TestDatabases.dataSource(url)).migrate(SchemaMode.MIGRATE);
		return url;
	}

	/**
	 * Creates a database that has the sync schema and nothing else.
	 * @return its JDBC URL, of a superuser, with user and password in it
	 */
	public static String create() {
		return TestPostgres.copyDatabase(TEMPLATE);
	}

}

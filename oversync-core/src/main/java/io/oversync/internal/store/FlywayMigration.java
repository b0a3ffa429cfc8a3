/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import javax.sql.DataSource;

import io.oversync.internal.catalog.OversyncStartupException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.exception.FlywayValidateException;

import org.springframework.util.ClassUtils;

/**
 * The library's own Flyway, apart from the application's: own schema, own history table,
 * own location, and never a bean (the application's Flyway would back off from it).
 * Loaded only when Flyway is on the class path.
 */
final class FlywayMigration {

	private static final String LOCATION = "classpath:io/oversync/store/migration";

	private FlywayMigration() {
	}

	/**
	 * Finds the missing part of Flyway's two.
	 * @param classLoader the class loader to search
	 * @return the artifact's name, or an empty string if both exist
	 */
	static String missingArtifact(ClassLoader classLoader) {
		if (!ClassUtils.isPresent("org.flywaydb.core.Flyway", classLoader)) {
			return "flyway-core";
		}
		return ClassUtils.isPresent("org.flywaydb.database.postgresql.PostgreSQLDatabaseType", classLoader) ? ""
				: "flyway-database-postgresql";
	}

	/**
	 * Creates the schema and brings it up to date. Waits for another node that is doing
	 * the same.
	 * @param dataSource the database; two connections are used at once
	 * @param classLoader where the migrations are found
	 * @throws OversyncStartupException if the schema was made by other migrations
	 */
	static void run(DataSource dataSource, ClassLoader classLoader) {
		Flyway flyway = Flyway.configure(classLoader)
			.dataSource(dataSource)
			.defaultSchema(SchemaMigrator.SCHEMA)
			.createSchemas(true)
			.table(SchemaMigrator.HISTORY_TABLE)
			.locations(LOCATION)
			.failOnMissingLocations(true)
			.validateMigrationNaming(true)
			.placeholderReplacement(false)
			.cleanDisabled(true)
			.load();
		try {
			flyway.migrate();
		}
		catch (FlywayValidateException ex) {
			throw new OversyncStartupException(
					"The schema 'sync' was made by other migrations than those of this Oversync: by a build from before the"
							+ " release, or by files that were edited.",
					"Drop the schema with DROP SCHEMA sync CASCADE, and let devices start over; the sample application"
							+ " does so when it is started with --fresh. Nothing was changed.",
					ex);
		}
	}

}

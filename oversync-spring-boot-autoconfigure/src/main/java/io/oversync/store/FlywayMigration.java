package io.oversync.store;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;

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
	 * Tells which of Flyway's two parts is missing.
	 * @param classLoader where to look
	 * @return the artifact's name, or an empty string if both are there
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
	 */
	static void run(DataSource dataSource, ClassLoader classLoader) {
		Flyway.configure(classLoader)
			.dataSource(dataSource)
			.defaultSchema(SchemaMigrator.SCHEMA)
			.createSchemas(true)
			.table(SchemaMigrator.HISTORY_TABLE)
			.locations(LOCATION)
			.failOnMissingLocations(true)
			.validateMigrationNaming(true)
			.placeholderReplacement(false)
			.cleanDisabled(true)
			.load()
			.migrate();
	}

}

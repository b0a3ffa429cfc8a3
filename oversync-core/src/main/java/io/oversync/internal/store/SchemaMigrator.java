/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.SQLException;

import javax.sql.DataSource;

import io.oversync.internal.catalog.OversyncStartupException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Creates the {@code sync} schema and keeps it up to date, or validates a schema that an
 * administrator created. Works beside the application's own migrations, whatever their
 * tool, and on several nodes at once.
 * <p>
 * Fails for any database but a PostgreSQL 14 or newer with UTF-8, in every mode.
 */
public final class SchemaMigrator {

	/** The schema that belongs to the library. */
	static final String SCHEMA = "sync";

	static final String HISTORY_TABLE = "schema_history";

	/** The version of the latest migration that is shipped with this library. */
	static final SchemaVersion NEEDED = SchemaVersion.parse("1");

	/** All migrations as one script that writes the history, too. */
	private static final String SCRIPT = "io/oversync/store/sync-schema.sql (in the Oversync jar)";

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private static final Log logger = LogFactory.getLog(SchemaMigrator.class);

	private final DataSource dataSource;

	private final ClassLoader classLoader;

	/**
	 * Creates a migrator.
	 * @param dataSource the application's database
	 */
	public SchemaMigrator(DataSource dataSource) {
		this(dataSource, SchemaMigrator.class.getClassLoader());
	}

	/**
	 * Creates a migrator.
	 * @param dataSource the application's database
	 * @param classLoader the class loader to search for Flyway and the migrations
	 */
	public SchemaMigrator(DataSource dataSource, ClassLoader classLoader) {
		this.dataSource = dataSource;
		this.classLoader = classLoader;
	}

	/**
	 * Migrates or validates the schema, as the mode requires. {@link SchemaMode#MIGRATE}
	 * needs Flyway on the class path and two connections at once.
	 * @param mode whether to migrate, to validate or neither
	 * @throws OversyncStartupException if the database or its schema does not fit
	 */
	public void migrate(SchemaMode mode) {
		DatabaseRequirements.check(this.dataSource);
		switch (mode) {
			case MIGRATE -> migrate();
			case VALIDATE -> validate();
			case NONE -> logger.debug("The schema sync is neither migrated nor validated (oversync.schema.mode=none)");
		}
	}

	/**
	 * Describes the schema, for the log.
	 * @param dataSource the application's database
	 * @return such as {@code version 1}
	 */
	public static String versionOf(DataSource dataSource) {
		try {
			SchemaVersion version = SchemaState.read(dataSource).version();
			return (version != null) ? "version " + version : "without a version";
		}
		catch (DataAccessException ex) {
			return "of an unknown version";
		}
	}

	private void migrate() {
		String missing = FlywayMigration.missingArtifact(this.classLoader);
		if (!missing.isEmpty()) {
			throw new OversyncStartupException(
					"oversync.schema.mode=migrate needs Flyway, but '%s' is not on the class path.".formatted(missing),
					"Add the dependency org.flywaydb:%s, or set oversync.schema.mode to 'validate' and run %s with"
						.formatted(missing, SCRIPT) + " psql.");
		}
		try {
			SchemaState state = SchemaState.read(this.dataSource);
			if (!state.empty() && !state.historyExists()) {
				throw foreignSchema();
			}
			refuseIfTooNew(state);
			if (!state.schemaExists() && !state.mayCreate()) {
				// Flyway would try for ten seconds
				throw insufficientPrivilege(null);
			}
			FlywayMigration.run(this.dataSource, this.classLoader);
		}
		catch (RuntimeException ex) {
			throw (isInsufficientPrivilege(ex)) ? insufficientPrivilege(ex) : ex;
		}
	}

	private void validate() {
		SchemaState state = readForValidation();
		SchemaVersion found = state.version();
		if (found == null) {
			throw new OversyncStartupException(
					"The schema 'sync' is not there in the version %s that this Oversync needs: %s.".formatted(NEEDED,
							whatIsThere(state)),
					"Run " + SCRIPT + " with psql, or start once with oversync.schema.mode=migrate.");
		}
		if (found.compareTo(NEEDED) < 0) {
			throw new OversyncStartupException(
					"The schema 'sync' has version %s, but this Oversync needs version %s.".formatted(found, NEEDED),
					"Run " + SCRIPT + " with psql: it does what is missing. Or start once with"
							+ " oversync.schema.mode=migrate.");
		}
		refuseIfTooNew(state);
	}

	private SchemaState readForValidation() {
		try {
			return SchemaState.read(this.dataSource);
		}
		catch (RuntimeException ex) {
			throw (isInsufficientPrivilege(ex)) ? new OversyncStartupException(
					"The role of the application's DataSource may not read sync.schema_history, which"
							+ " oversync.schema.mode=validate needs.",
					"Grant it: GRANT USAGE ON SCHEMA sync TO <role>; GRANT SELECT ON sync.schema_history TO <role>;",
					ex) : ex;
		}
	}

	private void refuseIfTooNew(SchemaState state) {
		SchemaVersion found = state.version();
		if (found == null || found.compareTo(NEEDED) <= 0) {
			return;
		}
		if (found.isTooNewFor(NEEDED)) {
			throw new OversyncStartupException(
					"The schema 'sync' has version %s, which this Oversync (made for version %s) does not understand."
						.formatted(found, NEEDED),
					"Start the application with the newer Oversync that migrated the schema, or a later one.");
		}
		logger.warn(("The schema 'sync' has version %s, made by a newer Oversync; this one (made for version %s) still"
				+ " works with it. Bring all nodes to the newer one.")
			.formatted(found, NEEDED));
	}

	private static String whatIsThere(SchemaState state) {
		if (!state.schemaExists()) {
			return "there is no schema of that name";
		}
		return state.historyExists() ? "its history is empty" : "it has no history table 'schema_history'";
	}

	private static OversyncStartupException foreignSchema() {
		return new OversyncStartupException(
				"The database has a schema 'sync' already, with objects in it, but without the history of Oversync's"
						+ " migrations (sync.schema_history): it belongs to something else, or was made by hand.",
				"Move or rename what is there. If it was made from Oversync's own SQL, drop it while it is empty and run "
						+ SCRIPT + " with psql, which writes the history, or set oversync.schema.mode=none.");
	}

	private static OversyncStartupException insufficientPrivilege(@Nullable RuntimeException cause) {
		return new OversyncStartupException(
				"The role of the application's DataSource may not create or migrate the schema 'sync'.",
				"Let an administrator run: CREATE SCHEMA sync AUTHORIZATION <role>; (or: GRANT CREATE ON DATABASE"
						+ " <database> TO <role>;). Or run " + SCRIPT
						+ " with psql as another role and set oversync.schema.mode=validate.",
				cause);
	}

	private static boolean isInsufficientPrivilege(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql && INSUFFICIENT_PRIVILEGE.equals(sql.getSQLState())) {
				return true;
			}
		}
		return false;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import io.oversync.internal.catalog.OversyncStartupException;

import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * The requirements of the database.
 */
final class DatabaseRequirements {

	private static final String PRODUCT = "PostgreSQL";

	private static final int OLDEST_VERSION = 14;

	/** No other encoding can store every text of a device and know its characters. */
	private static final String ENCODING = "UTF8";

	private static final String FIND_ENCODING = "SELECT current_setting('server_encoding')";

	private DatabaseRequirements() {
	}

	/**
	 * Refuses any database but a PostgreSQL that is new enough and speaks UTF-8.
	 * @param dataSource the application's database
	 * @throws OversyncStartupException if it is another one
	 */
	static void check(DataSource dataSource) {
		try {
			JdbcUtils.extractDatabaseMetaData(dataSource, (metaData) -> {
				check(metaData);
				return true;
			});
		}
		catch (MetaDataAccessException ex) {
			throw new OversyncStartupException("The database cannot be asked for its version: " + rootMessage(ex) + ".",
					"Check the application's DataSource (spring.datasource.*) and that PostgreSQL is running.", ex);
		}
	}

	private static void check(DatabaseMetaData metaData) throws SQLException {
		if (!PRODUCT.equals(metaData.getDatabaseProductName())) {
			throw new OversyncStartupException(
					"Oversync needs PostgreSQL, but the application's DataSource is connected to "
							+ metaData.getDatabaseProductName() + ".",
					"Point spring.datasource.url to a PostgreSQL, or set oversync.enabled=false where sync is not wanted"
							+ " (in tests, for example).");
		}
		if (metaData.getDatabaseMajorVersion() < OLDEST_VERSION) {
			throw new OversyncStartupException(
					"Oversync needs PostgreSQL %d or newer, but the application's DataSource is connected to version %s."
						.formatted(OLDEST_VERSION, metaData.getDatabaseProductVersion()),
					"Upgrade the database server, or set oversync.enabled=false.");
		}
		checkEncoding(metaData.getConnection());
	}

	private static void checkEncoding(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(FIND_ENCODING)) {
			row.next();
			String encoding = row.getString(1);
			if (!ENCODING.equals(encoding)) {
				throw new OversyncStartupException(
						"Oversync needs a database with the encoding UTF8, but the application's database %s has the encoding %s."
							.formatted(connection.getCatalog(), encoding),
						"The encoding of a database cannot be changed. Create another one (CREATE DATABASE <name> ENCODING"
								+ " 'UTF8' TEMPLATE template0), move the data with pg_dump and pg_restore, and point"
								+ " spring.datasource.url to it.");
			}
		}
	}

	private static String rootMessage(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		return String.valueOf(root.getMessage());
	}

}

package io.oversync.store;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import io.oversync.catalog.OversyncStartupException;

import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * What the database has to be.
 */
final class DatabaseRequirements {

	private static final String PRODUCT = "PostgreSQL";

	private static final int OLDEST_VERSION = 14;

	private DatabaseRequirements() {
	}

	/**
	 * Refuses any database but a PostgreSQL that is new enough.
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
	}

	private static String rootMessage(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		return String.valueOf(root.getMessage());
	}

}

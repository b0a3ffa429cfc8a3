/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Roles, data sources and queries for tests of the set-up.
 */
public final class TestDatabases {

	private static final String PASSWORD = "secret";

	private TestDatabases() {
	}

	/**
	 * Opens a connection for each use.
	 * @param url the database
	 * @return without a pool
	 */
	public static DataSource dataSource(String url) {
		return new DriverManagerDataSource(url);
	}

	/**
	 * Creates a role that may only connect.
	 * @param url the database, of a superuser
	 * @return its name, different for each database
	 */
	public static String createRole(String url) {
		String role = "role_" + url.replaceFirst(".*/([^?]+)\\?.*", "$1");
		TestPostgres.execute(url, "create role " + role + " login password '" + PASSWORD + "'");
		return role;
	}

	/**
	 * Returns the URL of the same database for another role.
	 * @param url the database, of a superuser
	 * @param role made by {@link #createRole}
	 * @return a JDBC URL
	 */
	public static String as(String url, String role) {
		return url.replaceFirst("\\?.*", "") + "?user=" + role + "&password=" + PASSWORD;
	}

	/**
	 * Reads one column of text.
	 * @param url the database
	 * @param sql a query
	 * @return the values of the first column
	 */
	public static List<String> query(String url, String sql) {
		try (Connection connection = DriverManager.getConnection(url);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			List<String> values = new ArrayList<>();
			while (rows.next()) {
				values.add(rows.getString(1));
			}
			return values;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import tools.jackson.databind.JsonNode;

/**
 * The database behind the server, in which a case checks its rows.
 *
 * @param jdbcUrl with user and password
 */
record CaseDatabase(String jdbcUrl) {

	/**
	 * Runs a query.
	 * @param sql the query
	 * @return its rows as an array of objects, values as {@code json_agg} gives them
	 * @throws BadCaseException if PostgreSQL refuses it
	 */
	JsonNode query(String sql) {
		try (Connection connection = DriverManager.getConnection(this.jdbcUrl);
				Statement statement = statement(connection);
				ResultSet rows = statement.executeQuery("select coalesce(json_agg(q), '[]') from (" + sql + "\n) q")) {
			rows.next();
			return CaseJson.read(rows.getString(1));
		}
		catch (SQLException ex) {
			throw new BadCaseException("The query cannot be run: " + ex.getMessage());
		}
	}

	/**
	 * Runs a statement.
	 * @param sql the statement
	 * @throws BadCaseException if PostgreSQL refuses it
	 */
	void execute(String sql) {
		try (Connection connection = DriverManager.getConnection(this.jdbcUrl);
				Statement statement = statement(connection)) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new BadCaseException("The statement cannot be run: " + ex.getMessage());
		}
	}

	private static Statement statement(Connection connection) throws SQLException {
		Statement statement = connection.createStatement();
		// the cases are SQL of PostgreSQL, where braces are no escapes of JDBC
		statement.setEscapeProcessing(false);
		return statement;
	}

}

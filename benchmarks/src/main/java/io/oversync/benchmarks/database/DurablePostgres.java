/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.database;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * An embedded PostgreSQL with its ordinary durability.
 */
public final class DurablePostgres implements AutoCloseable {

	private final EmbeddedPostgres postgres;

	private DurablePostgres(EmbeddedPostgres postgres) {
		this.postgres = postgres;
	}

	/**
	 * Starts one with an empty database.
	 * @return the running server
	 * @throws IOException if it does not start
	 */
	public static DurablePostgres start() throws IOException {
		// the embedding library switches durability off by default
		return new DurablePostgres(EmbeddedPostgres.builder()
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("full_page_writes", "on")
			.start());
	}

	/**
	 * Returns where the database is.
	 * @return the URL of a superuser
	 */
	public String jdbcUrl() {
		return this.postgres.getJdbcUrl("postgres", "postgres");
	}

	/**
	 * Finds the process that all others of the server descend from.
	 * @return its id
	 * @throws SQLException if the database does not tell
	 */
	public long pid() throws SQLException {
		try (Connection connection = DriverManager.getConnection(jdbcUrl());
				Statement statement = connection.createStatement();
				ResultSet result = statement
					.executeQuery("select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::bigint")) {
			result.next();
			return result.getLong(1);
		}
	}

	@Override
	public void close() throws IOException {
		this.postgres.close();
	}

}

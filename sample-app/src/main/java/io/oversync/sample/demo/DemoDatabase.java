/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.net.URI;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * The server's database, for the hint how to open it.
 */
final class DemoDatabase {

	private final DataSource dataSource;

	private volatile @Nullable String command;

	DemoDatabase(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Returns the command that opens the database.
	 * @return the command, without a password
	 */
	String psql() {
		String known = this.command;
		if (known == null) {
			known = read();
			this.command = known;
		}
		return known;
	}

	private String read() {
		try (Connection connection = this.dataSource.getConnection()) {
			DatabaseMetaData database = connection.getMetaData();
			URI uri = URI.create(database.getURL().replaceFirst("^jdbc:", "").replaceFirst("\\?.*", ""));
			String host = (uri.getHost() != null) ? uri.getHost() : "localhost";
			String port = (uri.getPort() > 0) ? " -p " + uri.getPort() : "";
			return "psql -h " + host + port + " -U " + database.getUserName() + " " + connection.getCatalog();
		}
		catch (SQLException | IllegalArgumentException ex) {
			return "psql";
		}
	}

}

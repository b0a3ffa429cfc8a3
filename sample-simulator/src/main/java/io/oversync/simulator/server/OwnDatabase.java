/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.server;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A PostgreSQL in a folder that loses nothing in a crash, as one in production.
 */
final class OwnDatabase implements AutoCloseable {

	private static final String BACKUP = "backup";

	private static final Duration STARTUP = Duration.ofSeconds(60);

	private final EmbeddedPostgres postgres;

	private final Postmaster postmaster;

	private volatile boolean backedUp;

	private OwnDatabase(EmbeddedPostgres postgres, Postmaster postmaster) {
		this.postgres = postgres;
		this.postmaster = postmaster;
	}

	/**
	 * Starts one.
	 * @param folder where its data and its log go
	 * @throws IllegalStateException if it does not start; nothing is left running
	 */
	static OwnDatabase start(Path folder) {
		Path data = folder.resolve("postgres");
		Path log = folder.resolve("postgres.log");
		ProcessBuilder.Redirect output = ProcessBuilder.Redirect.appendTo(log.toFile());
		Instant began = Instant.now();
		try {
			return new OwnDatabase(EmbeddedPostgres.builder()
				.setDataDirectory(data)
				// it may be what tells why a run has failed
				.setCleanDataDirectory(false)
				// the server has to end first
				.setRegisterShutdownHook(false)
				.setPort(FreePort.find())
				.setPGStartupWait(STARTUP)
				.setOutputRedirector(output)
				.setErrorRedirector(output)
				// exists everywhere, whatever LANG says
				.setLocaleConfig("locale", "C")
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("max_connections", "200")
				// a left-over socket file could block the start
				.setServerConfig("unix_socket_directories", "")
				.start(), Postmaster.of(data, began).orElseThrow());
		}
		catch (IOException | RuntimeException ex) {
			// it may be half up
			Postmaster.of(data, began).ifPresent(Postmaster::kill);
			throw new IllegalStateException("PostgreSQL did not start: " + ex + LogTail.of(log), ex);
		}
	}

	/** Returns the URL of a superuser. */
	String jdbcUrl() {
		return this.postgres.getJdbcUrl("postgres", "postgres") + "&password=postgres";
	}

	/**
	 * Cuts the connections of an application.
	 * @param applicationName as it has said when it connected
	 * @return how many there were
	 */
	int terminate(String applicationName) {
		try (Connection connection = DriverManager.getConnection(jdbcUrl());
				PreparedStatement statement = connection
					.prepareStatement("select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity"
							+ " where application_name = ?")) {
			statement.setString(1, applicationName);
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return result.getInt(1);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The connections of " + applicationName + " could not be cut", ex);
		}
	}

	/** Copies the database, in the place of an earlier copy. */
	void backUp() {
		replace("postgres", BACKUP);
		this.backedUp = true;
	}

	boolean hasBackup() {
		return this.backedUp;
	}

	/** Puts the copy in the place of the database. */
	void putBack() {
		replace(BACKUP, "postgres");
	}

	/** PostgreSQL copies a database only while there is no connection to it. */
	private void replace(String from, String to) {
		String url = this.postgres.getJdbcUrl("postgres", "template1") + "&password=postgres";
		try (Connection connection = DriverManager.getConnection(url);
				Statement statement = connection.createStatement()) {
			statement.execute("alter database " + from + " allow_connections false");
			try {
				statement.execute("drop database if exists " + to + " with (force)");
				statement
					.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + from + "'");
				statement.execute("create database " + to + " template " + from);
			}
			finally {
				statement.execute("alter database " + from + " allow_connections true");
			}
			statement.execute("alter database " + to + " allow_connections true");
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The database " + from + " could not be copied to " + to, ex);
		}
	}

	@Override
	public void close() {
		try {
			this.postgres.close();
			// it may need longer than that waits
			this.postmaster.awaitEnd();
		}
		catch (IOException ex) {
			throw new IllegalStateException("PostgreSQL did not stop", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.postmaster.kill();
		}
	}

}

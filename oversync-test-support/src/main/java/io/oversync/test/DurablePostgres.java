/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL in a folder that loses nothing in a crash, as in production.
 */
public final class DurablePostgres implements AutoCloseable {

	private static final String BACKUP = "backup";

	private static final Duration STARTUP = Duration.ofSeconds(60);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int POLL_MILLIS = 100;

	private final EmbeddedPostgres postgres;

	private final Path folder;

	private final boolean temporary;

	/** The embedding library starts a launcher, of which this is not a child. */
	private final ProcessHandle postmaster;

	private volatile boolean backedUp;

	private DurablePostgres(EmbeddedPostgres postgres, Path folder, boolean temporary, Instant began) {
		this.postgres = postgres;
		this.folder = folder;
		this.temporary = temporary;
		this.postmaster = postmaster(folder, began).orElseThrow();
	}

	/**
	 * Starts a server with an empty database. It ends with the JVM at the latest and
	 * deletes its files.
	 * @return the running server
	 * @throws IllegalStateException if it does not start
	 */
	public static DurablePostgres start() {
		try {
			return start(Files.createTempDirectory("oversync-postgres"), true);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts a server whose files stay and which may outlive the JVM.
	 * @param folder for its data and its log
	 * @return the running server
	 * @throws IllegalStateException if it does not start; nothing is left running
	 */
	public static DurablePostgres start(Path folder) {
		return start(folder, false);
	}

	private static DurablePostgres start(Path folder, boolean temporary) {
		Path log = folder.resolve("postgres.log");
		ProcessBuilder.Redirect output = ProcessBuilder.Redirect.appendTo(log.toFile());
		Instant began = Instant.now();
		try {
			return new DurablePostgres(EmbeddedPostgres.builder()
				.setDataDirectory(folder.resolve("postgres"))
				.setCleanDataDirectory(temporary)
				.setRegisterShutdownHook(temporary)
				.setPort(FreePort.find())
				.setPGStartupWait(STARTUP)
				.setOutputRedirector(output)
				.setErrorRedirector(output)
				// exists everywhere, whatever the value of LANG
				.setLocaleConfig("locale", "C")
				// the embedding library switches durability off by default
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("full_page_writes", "on")
				.setServerConfig("max_connections", "200")
				// a left-over socket file could block the start
				.setServerConfig("unix_socket_directories", "")
				.start(), folder, temporary, began);
		}
		catch (IOException | RuntimeException ex) {
			// the server may be running already
			postmaster(folder, began).ifPresent(ProcessHandle::destroyForcibly);
			throw new IllegalStateException("PostgreSQL did not start: " + ex + JavaProcess.tail(log), ex);
		}
	}

	private static Path pidFile(Path folder) {
		return folder.resolve("postgres/postmaster.pid");
	}

	/** An older process only has the same number as the one in a file left by a crash. */
	private static Optional<ProcessHandle> postmaster(Path folder, Instant notBefore) {
		// the start of a process is known to the hundredth or the second only
		Instant earliest = notBefore.minus(1, ChronoUnit.SECONDS);
		try {
			return ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile(folder)).get(0).trim()))
				.filter((process) -> process.info()
					.startInstant()
					.map((start) -> !start.isBefore(earliest))
					.orElse(false));
		}
		catch (IOException | IndexOutOfBoundsException | NumberFormatException ex) {
			return Optional.empty();
		}
	}

	/**
	 * Returns the address of the database.
	 * @return a JDBC URL of a superuser, with user and password in it
	 */
	public String jdbcUrl() {
		return url("postgres");
	}

	private String url(String database) {
		return this.postgres.getJdbcUrl("postgres", database) + "&password=postgres";
	}

	/**
	 * Returns the parent process of all others of the server.
	 * @return its handle
	 */
	public ProcessHandle postmaster() {
		return this.postmaster;
	}

	/**
	 * Cuts the connections of an application.
	 * @param applicationName the name that it gave on connecting
	 * @return the number of connections
	 */
	public int terminate(String applicationName) {
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

	/** Copies the database, replacing an earlier copy. */
	public void backUp() {
		replace("postgres", BACKUP);
		this.backedUp = true;
	}

	/**
	 * Returns whether a copy of the database exists.
	 * @return false before the first {@link #backUp()}
	 */
	public boolean hasBackup() {
		return this.backedUp;
	}

	/** Replaces the database by the copy. */
	public void putBack() {
		replace(BACKUP, "postgres");
	}

	/** PostgreSQL copies a database only while it has no connections. */
	private void replace(String from, String to) {
		try (Connection connection = DriverManager.getConnection(url("template1"));
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
			long deadline = System.nanoTime() + PATIENCE.toNanos();
			while (isRunning() && System.nanoTime() < deadline) {
				TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("PostgreSQL did not stop", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			if (isRunning()) {
				this.postmaster.destroyForcibly();
			}
		}
		if (this.temporary) {
			deleteFolder();
		}
	}

	private void deleteFolder() {
		try {
			FileSystemUtils.deleteRecursively(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The file disappears first: an unreaped process still counts as alive. */
	private boolean isRunning() {
		return Files.exists(pidFile(this.folder)) && this.postmaster.isAlive();
	}

}

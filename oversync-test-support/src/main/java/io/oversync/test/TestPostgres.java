/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One real PostgreSQL for all tests of a JVM, with a new database for each test that asks
 * for one. Embedded unless the system property {@code oversync.test.postgres} is
 * {@code docker} (a container, image from {@code oversync.test.postgres.image}) or a JDBC
 * URL of a superuser.
 */
public final class TestPostgres {

	private static final AtomicInteger DATABASES = new AtomicInteger();

	private static final String RUN = Long.toString(ProcessHandle.current().pid(), 36);

	private TestPostgres() {
	}

	/**
	 * Creates an empty database.
	 * @return its JDBC URL, of a superuser, with user and password in it
	 */
	public static String createDatabase() {
		return create("");
	}

	/**
	 * Copies a database, which takes a fraction of the time that migrations take.
	 * @param template the JDBC URL of a database without connections, from
	 * {@link #createDatabase()}
	 * @return the copy's JDBC URL, of a superuser, with user and password in it
	 */
	public static String copyDatabase(String template) {
		return create(" template " + template.replaceFirst("jdbc:postgresql://[^/]+/([^?]+).*", "$1"));
	}

	private static String create(String options) {
		String name = "test_" + RUN + "_" + DATABASES.incrementAndGet();
		execute(Server.URL, "create database " + name + options);
		return Server.URL.replaceFirst("(jdbc:postgresql://[^/]+/)[^?]+", "$1" + name);
	}

	/**
	 * Runs statements, each in its own transaction.
	 * @param url the database
	 * @param statements SQL
	 */
	public static void execute(String url, String... statements) {
		try (Connection connection = DriverManager.getConnection(url);
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Starts on first use; ends with the JVM. */
	private static final class Server {

		static final String URL = start();

		private static String start() {
			String where = System.getProperty("oversync.test.postgres", "embedded");
			return switch (where) {
				case "embedded" -> startEmbedded();
				case "docker" -> startContainer();
				default -> where;
			};
		}

		@SuppressWarnings("resource") // ends with the JVM
		private static String startEmbedded() {
			try {
				return EmbeddedPostgres.builder()
					.setServerConfig("max_connections", "200")
					.start()
					.getJdbcUrl("postgres", "postgres");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@SuppressWarnings("resource") // removed by Testcontainers when the JVM ends
		private static String startContainer() {
			PostgreSQLContainer container = new PostgreSQLContainer(
					System.getProperty("oversync.test.postgres.image", "postgres:17-alpine"));
			container.start();
			return container.getJdbcUrl() + "&user=" + container.getUsername() + "&password=" + container.getPassword();
		}

	}

}

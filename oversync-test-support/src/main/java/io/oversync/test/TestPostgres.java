/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.testcontainers.postgresql.PostgreSQLContainer;

import org.springframework.util.FileSystemUtils;

/**
 * One real PostgreSQL for all tests of a JVM, with a new database for each test that asks
 * for one; databases of earlier tests are dropped. Embedded unless the system property
 * {@code oversync.test.postgres} is {@code docker} (a container, image from
 * {@code oversync.test.postgres.image}) or a JDBC URL of a superuser.
 */
public final class TestPostgres {

	private static final AtomicInteger DATABASES = new AtomicInteger();

	/** Tests hold no more at a time, other than those that are connected to. */
	private static final int MOST_DATABASES = 60;

	private static final Deque<String> LIVE = new ArrayDeque<>();

	private static final Set<String> TEMPLATES = ConcurrentHashMap.newKeySet();

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
		String name = template.replaceFirst("jdbc:postgresql://[^/]+/([^?]+).*", "$1");
		TEMPLATES.add(name);
		return create(" template " + name);
	}

	private static String create(String options) {
		dropOldest();
		String name = "test_" + RUN + "_" + DATABASES.incrementAndGet();
		execute(Server.URL, "create database " + name + options);
		synchronized (LIVE) {
			LIVE.add(name);
		}
		return Server.URL.replaceFirst("(jdbc:postgresql://[^/]+/)[^?]+", "$1" + name);
	}

	/** What hundreds of tests leave behind would fill the memory. */
	private static void dropOldest() {
		String oldest;
		synchronized (LIVE) {
			oldest = (LIVE.size() < MOST_DATABASES) ? null : LIVE.remove();
		}
		if (oldest == null || TEMPLATES.contains(oldest)) {
			return;
		}
		if (!drop(oldest)) {
			synchronized (LIVE) {
				LIVE.add(oldest);
			}
		}
	}

	/**
	 * PostgreSQL waits 5 s before it refuses to drop a database that is connected to:
	 * asks first.
	 */
	private static boolean drop(String database) {
		try (Connection connection = DriverManager.getConnection(Server.URL);
				Statement statement = connection.createStatement()) {
			ResultSet connected = statement
				.executeQuery("select 1 from pg_stat_activity where datname = '" + database + "'");
			return !connected.next() && statement.executeUpdate("drop database " + database) == 0;
		}
		catch (SQLException ex) {
			return false;
		}
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

		/** Linux has it. */
		private static final File MEMORY = new File("/dev/shm");

		private static final String FOLDER = "oversync-test-";

		private static final long ROOM = 4L << 30;

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
				EmbeddedPostgres.Builder postgres = EmbeddedPostgres.builder()
					.setServerConfig("max_connections", "200");
				File memory = inMemory();
				return ((memory != null) ? postgres.setDataDirectory(memory) : postgres).start()
					.getJdbcUrl("postgres", "postgres");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/**
		 * Returns a folder in memory, where a database is created in a fifth of the time,
		 * or null where there is none with room. Removes those of processes that were
		 * killed.
		 */
		private static @Nullable File inMemory() throws IOException {
			File[] left = MEMORY.listFiles((folder, name) -> name.matches(FOLDER + "\\d+"));
			for (File folder : (left != null) ? left : new File[0]) {
				long pid = Long.parseLong(folder.getName().substring(FOLDER.length()));
				if (ProcessHandle.of(pid).isEmpty()) {
					FileSystemUtils.deleteRecursively(folder.toPath());
				}
			}
			return (MEMORY.canWrite() && MEMORY.getUsableSpace() > ROOM)
					? new File(MEMORY, FOLDER + ProcessHandle.current().pid()) : null;
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

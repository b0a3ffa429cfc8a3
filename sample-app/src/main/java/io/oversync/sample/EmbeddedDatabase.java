/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL, unpacked and run by the sample itself, whose data survives restarts
 * and crashes of application and machine alike. User {@code postgres}, no password,
 * reachable from this machine only.
 */
final class EmbeddedDatabase implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedDatabase.class);

	private static final Duration STARTUP = Duration.ofSeconds(30);

	private static final int CONNECT_MILLIS = 500;

	private final DatabaseFolder folder;

	private final EmbeddedPostgres server;

	private EmbeddedDatabase(DatabaseFolder folder, EmbeddedPostgres server) {
		this.folder = folder;
		this.server = server;
	}

	/**
	 * Starts it; first stops one that a killed application left running on this folder.
	 * @param properties folder and port
	 * @param fresh whether to delete all data first
	 * @return the running database
	 * @throws StartupProblem if folder or port are taken, or PostgreSQL does not start
	 */
	static EmbeddedDatabase start(DatabaseProperties properties, boolean fresh) {
		DatabaseFolder folder = DatabaseFolder.lock(properties.directory());
		try {
			OrphanedPostgres.stop(folder.cluster());
			folder.prepare(fresh);
			requireFreePort(properties.port());
			logger.info("Starting the embedded PostgreSQL in {}", folder.cluster());
			EmbeddedPostgres server = startServer(folder, properties.port());
			folder.markComplete();
			return new EmbeddedDatabase(folder, server);
		}
		catch (RuntimeException ex) {
			folder.close();
			throw ex;
		}
	}

	private static EmbeddedPostgres startServer(DatabaseFolder folder, int port) {
		ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(folder.log().toFile());
		try {
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setDataDirectory(folder.cluster())
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false) // Spring closes it, after the connection
												// pool
				.setPort(port)
				.setPGStartupWait(STARTUP)
				.setOutputRedirector(log)
				.setErrorRedirector(log)
				.setLocaleConfig("locale", "C") // exists everywhere, whatever the value
												// of LANG
				// the library's defaults, for tests, would lose the last writes in a
				// crash
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("max_connections", "100")
				// psql -h localhost needs none, and a left-over socket file could block
				// the start
				.setServerConfig("unix_socket_directories", "")
				.start();
			requireOwnServer(folder, server);
			return server;
		}
		catch (IOException | RuntimeException ex) {
			OrphanedPostgres.stop(folder.cluster()); // the server may be running already
			throw new StartupProblem(
					"The embedded PostgreSQL did not start: " + ex.getMessage() + ". Its last words, from "
							+ folder.log() + ":" + System.lineSeparator() + folder.logTail(),
					"Fix the reported problem; or start with an empty database (--fresh); "
							+ "or use another PostgreSQL: set spring.datasource.url.",
					ex);
		}
	}

	/**
	 * Another PostgreSQL may have taken the port between the check and the start.
	 */
	private static void requireOwnServer(DatabaseFolder folder, EmbeddedPostgres server) throws IOException {
		String directory = OrphanedPostgres.dataDirectory(server.getPort()).orElse("");
		if (directory.isEmpty() || !Files.isSameFile(Path.of(directory), folder.cluster())) {
			throw new IOException("another server answers on port " + server.getPort());
		}
	}

	private static void requireFreePort(int port) {
		if (port == 0) {
			return;
		}
		for (InetAddress address : localhost()) {
			try (Socket socket = new Socket()) {
				socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
			}
			catch (IOException ex) {
				continue; // no server
			}
			throw new StartupProblem(
					"The embedded PostgreSQL cannot start: another program is using port " + port + " of "
							+ address.getHostAddress() + ".",
					"Stop that program, or set sample.database.port to a free port.");
		}
	}

	private static List<InetAddress> localhost() {
		try {
			return List.of(InetAddress.getAllByName("localhost"));
		}
		catch (IOException ex) {
			return List.of(InetAddress.getLoopbackAddress());
		}
	}

	int port() {
		return this.server.getPort();
	}

	String jdbcUrl() {
		return "jdbc:postgresql://localhost:" + port() + "/postgres";
	}

	@Override
	public void close() {
		try {
			this.server.close();
			OrphanedPostgres.stop(this.folder.cluster()); // if it needed longer than that
															// waits
		}
		catch (IOException ex) {
			logger.warn("The embedded PostgreSQL did not stop cleanly", ex);
		}
		finally {
			this.folder.close();
		}
	}

}

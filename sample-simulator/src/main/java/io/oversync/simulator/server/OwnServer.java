/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.oversync.simulator.device.SyncTarget;
import org.jspecify.annotations.Nullable;

/**
 * The sample as a process of its own, with a PostgreSQL of its own, that can be killed
 * and started again. Both end with the JVM at the latest.
 */
public final class OwnServer implements AutoCloseable {

	private static final Duration STARTUP = Duration.ofSeconds(90);

	private static final int POLL_MILLIS = 100;

	/** What the server calls itself in its database. */
	public static final String APPLICATION_NAME = "oversync-own-server";

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final Thread shutdownHook = new Thread(this::end);

	private final Path folder;

	private final List<String> arguments;

	private final String secret = UUID.randomUUID().toString() + UUID.randomUUID();

	private final int port = FreePort.find();

	private @Nullable OwnDatabase database;

	private @Nullable Process process;

	private boolean ended;

	private OwnServer(Path folder, List<String> arguments) {
		this.folder = folder;
		this.arguments = arguments;
	}

	/**
	 * Starts a server; returns when it answers.
	 * @param folder where the database and the logs go, {@code server.log} and
	 * {@code postgres.log}; created unless it is there
	 * @param args further arguments: options of Spring Boot, which begin with two dashes,
	 * and of Java, with one; the heap is 512 MB unless they say something else
	 * @return the running server
	 * @throws IllegalStateException if it does not start within 90 seconds, with the end
	 * of its log; nothing is left running
	 */
	public static OwnServer start(Path folder, String... args) {
		OwnServer server = new OwnServer(createFolder(folder), List.of(args));
		Runtime.getRuntime().addShutdownHook(server.shutdownHook);
		try {
			server.startDatabase();
			server.restart();
			return server;
		}
		catch (RuntimeException ex) {
			server.close();
			throw ex;
		}
	}

	private static Path createFolder(Path folder) {
		try {
			return Files.createDirectories(folder.toAbsolutePath());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private synchronized void startDatabase() {
		requireNotEnded();
		this.database = OwnDatabase.start(this.folder);
	}

	/**
	 * Starts the server again on the same port and database, and kills it before if it
	 * still runs; returns when it answers.
	 * @throws IllegalStateException if it does not start within 90 seconds, with the end
	 * of its log
	 */
	public void restart() {
		Process started = startProcess();
		try {
			awaitHealth(started);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the server started", ex);
		}
	}

	private synchronized Process startProcess() {
		requireNotEnded();
		kill();
		List<String> all = new ArrayList<>(this.arguments);
		all.add("--server.port=" + this.port);
		all.add("--spring.datasource.url=" + jdbcUrl() + "&ApplicationName=" + APPLICATION_NAME);
		all.add("--sample.jwt.secret=" + this.secret);
		// a server that is killed leaves files behind
		all.add("-Djava.io.tmpdir=" + this.folder);
		ProcessBuilder builder = new ProcessBuilder(ServerCommand.of(all)).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
			// an application.yaml of where the simulator is would be read otherwise
			.directory(this.folder.toFile());
		try {
			Process started = builder.start();
			this.process = started;
			return started;
		}
		catch (IOException ex) {
			throw new IllegalStateException("The server cannot be started", ex);
		}
	}

	private void awaitHealth(Process started) throws InterruptedException {
		long deadline = System.nanoTime() + STARTUP.toNanos();
		while (!isHealthy()) {
			if (started.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
				throw new IllegalStateException(
						"The server has ended with " + started.exitValue() + " while it started." + LogTail.of(log()));
			}
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(
						"The server does not answer after " + STARTUP.toSeconds() + " seconds." + LogTail.of(log()));
			}
		}
	}

	private boolean isHealthy() throws InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(target().address() + "/health"))
			.timeout(Duration.ofSeconds(5))
			.build();
		try {
			return this.http.send(request, BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Returns what the server prints.
	 * @return a file that is continued after a restart
	 */
	public Path log() {
		return this.folder.resolve("server.log");
	}

	/**
	 * Returns the server as devices see it.
	 * @return the same also after a restart
	 */
	public SyncTarget target() {
		return SyncTarget.at("http://localhost:" + this.port);
	}

	/**
	 * Returns the database, to look into it.
	 * @return a JDBC URL of a superuser, with user and password in it
	 */
	public String jdbcUrl() {
		return database().jdbcUrl();
	}

	/**
	 * Returns the process of the server.
	 * @return another one after each restart
	 */
	public synchronized long pid() {
		if (this.process == null) {
			throw new IllegalStateException("The server was never started");
		}
		return this.process.pid();
	}

	/**
	 * Returns whether the process of the server runs.
	 * @return false also if it has ended by itself
	 */
	public synchronized boolean isRunning() {
		return this.process != null && this.process.isAlive();
	}

	/**
	 * Kills the process of the server and waits for its end. PostgreSQL goes on.
	 */
	public synchronized void kill() {
		if (this.process == null) {
			return;
		}
		try {
			this.process.destroyForcibly().waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Cuts the server's connections to its database.
	 * @return how many there were
	 */
	public int killConnections() {
		return database().terminate(APPLICATION_NAME);
	}

	/** Copies the database, in the place of an earlier copy. */
	public void backUp() {
		database().backUp();
	}

	/**
	 * Returns whether there is a copy of the database.
	 * @return false before the first {@link #backUp()}
	 */
	public boolean hasBackup() {
		return database().hasBackup();
	}

	/** Puts the copy of the database in its place; the server must not run. */
	public void putBack() {
		database().putBack();
	}

	private synchronized OwnDatabase database() {
		requireNotEnded();
		if (this.database == null) {
			throw new IllegalStateException("There is no database yet");
		}
		return this.database;
	}

	private void requireNotEnded() {
		if (this.ended) {
			throw new IllegalStateException("The server was closed");
		}
	}

	/** Ends the server and PostgreSQL; their files stay. */
	@Override
	public void close() {
		end();
		try {
			Runtime.getRuntime().removeShutdownHook(this.shutdownHook);
		}
		catch (IllegalStateException ex) {
			// it runs
		}
	}

	private synchronized void end() {
		if (this.ended) {
			return;
		}
		this.ended = true;
		kill();
		if (this.database != null) {
			this.database.close();
		}
	}

}

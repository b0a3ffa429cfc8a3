/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.server;

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
import java.util.function.Function;

import io.oversync.test.DurablePostgres;
import io.oversync.test.FreePort;
import io.oversync.test.JavaProcess;
import io.oversync.verification.device.SyncTarget;
import org.jspecify.annotations.Nullable;

/**
 * A server as a process of its own, with a PostgreSQL of its own, that can be killed and
 * started again. Both end with the JVM at the latest.
 */
public final class KillableServer implements AutoCloseable {

	private static final Duration STARTUP = Duration.ofSeconds(90);

	/** The server's application name in its database. */
	public static final String APPLICATION_NAME = "oversync-own-server";

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final Thread shutdownHook = new Thread(this::end);

	private final Path folder;

	private final Class<?> application;

	private final List<String> arguments;

	private final SyncTarget target;

	private final int port = FreePort.find();

	private @Nullable DurablePostgres database;

	private @Nullable JavaProcess process;

	private boolean ended;

	private KillableServer(Path folder, Class<?> application, Function<String, SyncTarget> target,
			List<String> arguments) {
		this.folder = folder;
		this.application = application;
		this.target = target.apply("http://localhost:" + this.port);
		this.arguments = new ArrayList<>(arguments);
	}

	/**
	 * Starts a server; returns when it answers.
	 * @param folder the folder of the database and the logs, {@code server.log} and
	 * {@code postgres.log}; created unless it exists
	 * @param application a Spring Boot application that answers {@code GET /health}
	 * @param target returns the server at an address
	 * @param arguments further arguments: options of Spring Boot, which begin with two
	 * dashes, and of Java, with one; the heap is 512 MB unless they set another one
	 * @return the running server
	 * @throws IllegalStateException if it does not start within 90 seconds, with the end
	 * of its log; nothing is left running
	 */
	public static KillableServer start(Path folder, Class<?> application, Function<String, SyncTarget> target,
			List<String> arguments) {
		KillableServer server = new KillableServer(createFolder(folder), application, target, arguments);
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
		this.database = DurablePostgres.start(this.folder);
	}

	/**
	 * Starts the server again on the same port and database, after killing it if it still
	 * runs. Returns when it answers.
	 * @throws IllegalStateException if it does not start within 90 seconds, with the end
	 * of its log
	 */
	public void restart() {
		startProcess().await(this::isHealthy, STARTUP);
	}

	/**
	 * Starts the server again as {@link #restart()} does, with a further option of Spring
	 * Boot, which it keeps until another value takes its place.
	 * @param option such as {@code --name=value}
	 * @throws IllegalStateException if it does not start within 90 seconds, with the end
	 * of its log
	 */
	public void restart(String option) {
		synchronized (this) {
			String name = option.substring(0, option.indexOf('=') + 1);
			this.arguments.removeIf((argument) -> argument.startsWith(name));
			this.arguments.add(option);
		}
		restart();
	}

	/**
	 * Returns the options of Spring Boot that the server was given.
	 * @return each as {@code --name=value}, without those of its port and database
	 */
	public synchronized List<String> options() {
		return this.arguments.stream().filter((argument) -> argument.startsWith("--")).toList();
	}

	private synchronized JavaProcess startProcess() {
		requireNotEnded();
		kill();
		List<String> options = new ArrayList<>(List.of("-Xmx512m"));
		List<String> properties = new ArrayList<>();
		this.arguments.forEach((argument) -> (argument.startsWith("--") ? properties : options).add(argument));
		// a killed server leaves files behind
		options.add("-Djava.io.tmpdir=" + this.folder);
		properties.add("--server.port=" + this.port);
		properties.add("--spring.datasource.url=" + jdbcUrl() + "&ApplicationName=" + APPLICATION_NAME);
		// otherwise an application.yaml in the simulator's folder would be read
		JavaProcess started = JavaProcess.start(this.folder, log(),
				JavaProcess.command(options, this.application, properties));
		this.process = started;
		return started;
	}

	private boolean isHealthy() throws InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.target.address() + "/health"))
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
	 * Returns the output of the server.
	 * @return a file that restarts append to
	 */
	public Path log() {
		return this.folder.resolve("server.log");
	}

	/**
	 * Returns the server as devices see it.
	 * @return the server, the same one after a restart
	 */
	public SyncTarget target() {
		return this.target;
	}

	/**
	 * Returns the address of the database.
	 * @return a JDBC URL of a superuser, with user and password in it
	 */
	public String jdbcUrl() {
		return database().jdbcUrl();
	}

	/**
	 * Returns the process of the server.
	 * @return the process, another one after each restart
	 */
	public synchronized long pid() {
		if (this.process == null) {
			throw new IllegalStateException("The server was never started");
		}
		return this.process.handle().pid();
	}

	/**
	 * Returns whether the process of the server runs.
	 * @return false also if it has ended by itself
	 */
	public synchronized boolean isRunning() {
		return this.process != null && this.process.handle().isAlive();
	}

	/**
	 * Kills the process of the server and waits for its end. PostgreSQL goes on.
	 */
	public synchronized void kill() {
		if (this.process != null) {
			this.process.close();
		}
	}

	/**
	 * Cuts the server's connections to its database.
	 * @return the number of connections
	 */
	public int killConnections() {
		return database().terminate(APPLICATION_NAME);
	}

	/**
	 * Returns the PostgreSQL. A copy of the database may only be restored while the
	 * server does not run.
	 * @return the PostgreSQL, the same one as long as this object lives
	 */
	public synchronized DurablePostgres database() {
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

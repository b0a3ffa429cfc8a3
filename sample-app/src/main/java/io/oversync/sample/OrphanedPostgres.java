/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL whose application was killed and which still serves the data directory.
 * {@code postmaster.pid} names its process. After a crash of the machine the file may
 * name an unrelated process, so only a server of this very directory is stopped.
 */
final class OrphanedPostgres {

	private static final Logger logger = LoggerFactory.getLogger(OrphanedPostgres.class);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int PID_LINE = 0;

	private static final int PORT_LINE = 3;

	private final Path cluster;

	private final Path pidFile;

	private OrphanedPostgres(Path cluster) {
		this.cluster = cluster;
		this.pidFile = cluster.resolve("postmaster.pid");
	}

	/**
	 * Stops the server of a data directory, if one runs, as cleanly as its owner would
	 * have, and removes a {@code postmaster.pid} that is out of date.
	 * @param cluster a data directory, or where one will be
	 * @throws StartupProblem if it does not stop
	 */
	static void stop(Path cluster) {
		new OrphanedPostgres(cluster).stop();
	}

	private void stop() {
		try {
			if (!Files.exists(this.pidFile)) {
				return;
			}
			List<String> lines = Files.readAllLines(this.pidFile);
			Optional<ProcessHandle> process = process(lines);
			if (process.isPresent() && serves(process.get(), lines)) {
				logger.info("Stopping the PostgreSQL that a killed application left running (process {})",
						process.get().pid());
				interrupt(process.get());
				awaitEnd(process.get());
			}
			else {
				Files.deleteIfExists(this.pidFile);
			}
		}
		catch (IOException ex) {
			throw new StartupProblem("PostgreSQL's " + this.pidFile + " cannot be read or removed: " + ex,
					"Stop the PostgreSQL of this folder, if one runs, and delete the file.", ex);
		}
	}

	private static Optional<ProcessHandle> process(List<String> lines) {
		try {
			return lines.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(lines.get(PID_LINE).trim()));
		}
		catch (NumberFormatException ex) {
			return Optional.empty(); // torn by a crash
		}
	}

	/**
	 * The command line shows it on Linux and macOS; on Windows only the server itself
	 * does.
	 */
	private boolean serves(ProcessHandle process, List<String> lines) {
		Stream<String> arguments = process.info().arguments().stream().flatMap(Stream::of);
		return arguments.anyMatch(this::isCluster) || (lines.size() > PORT_LINE && serves(lines.get(PORT_LINE).trim()));
	}

	private boolean serves(String port) {
		return port.matches("\\d{1,5}") && isCluster(dataDirectory(Integer.parseInt(port)).orElse(""));
	}

	private boolean isCluster(String path) {
		try {
			return !path.isEmpty() && Files.isSameFile(Path.of(path), this.cluster);
		}
		catch (IOException | InvalidPathException ex) {
			return false;
		}
	}

	/**
	 * Asks the PostgreSQL on a port for its data directory.
	 * @param port a port of localhost
	 * @return the path, empty if there is no PostgreSQL or it refuses to answer
	 */
	static Optional<String> dataDirectory(int port) {
		String url = "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres&connectTimeout=5&socketTimeout=5";
		try (Connection connection = DriverManager.getConnection(url);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("show data_directory")) {
			return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
		}
		catch (SQLException ex) {
			return Optional.empty();
		}
	}

	/** SIGINT is PostgreSQL's fast shutdown: clients are cut off, everything is saved. */
	private void interrupt(ProcessHandle process) throws IOException {
		String pid = Long.toString(process.pid());
		ProcessBuilder command = new ProcessBuilder("kill", "-INT", pid);
		if (File.separatorChar == '\\') {
			Path postgres = Path.of(process.info().command().orElse("postgres.exe"));
			command = new ProcessBuilder(postgres.resolveSibling("pg_ctl.exe").toString(), "kill", "INT", pid);
		}
		command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
	}

	/** The file disappears first: an unreaped process still counts as alive. */
	private void awaitEnd(ProcessHandle process) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (Files.exists(this.pidFile) && process.isAlive()) {
			if (System.nanoTime() > deadline) {
				throw new StartupProblem("The PostgreSQL that a killed application left running (process "
						+ process.pid() + ") does not stop.",
						"Stop it by hand and start again: kill -INT " + process.pid());
			}
			try {
				process.onExit().get(100, TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException | ExecutionException | CompletionException ex) {
				// check again
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new StartupProblem("Interrupted while PostgreSQL stopped.", "Start again.", ex);
			}
		}
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.oversync.simulator.program.UsageException;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.TableModels;
import io.oversync.verification.device.UnreachableServerException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/**
 * Checks the server, the database and the report file before the first program runs.
 */
final class Preparation {

	private static final String NOBODY = "nobody";

	private Preparation() {
	}

	/**
	 * Queries the server.
	 * @param target the server
	 * @return the tables that it syncs
	 * @throws UsageException if it does not answer
	 */
	static TableModels requireServer(SyncTarget target) {
		try {
			return target.registeredTables();
		}
		catch (UnreachableServerException ex) {
			throw new UsageException(ex.getMessage() + System.lineSeparator() + (target.address()
				.equals(SimulatorOptions.DEFAULT_SERVER)
						? "Start the sample with ./mvnw -pl sample-app -am spring-boot:run, or add --start-server."
						: "Name a server that runs with --server, or let the simulator start one: --start-server."));
		}
	}

	/**
	 * Reads all tables that the checks read later.
	 * @param url the database
	 * @param registered the tables that the server syncs
	 * @throws UsageException if something cannot be read
	 */
	static void requireDatabase(String url, TableModels registered) {
		if (!url.startsWith("jdbc:postgresql:")) {
			throw new UsageException("--verify-db must be the URL of a PostgreSQL such as "
					+ "jdbc:postgresql://localhost:15432/postgres?user=postgres");
		}
		try {
			ServerTables tables = new ServerTables(url, registered);
			tables.business(NOBODY);
			tables.state(NOBODY);
			tables.versions(NOBODY);
			tables.log(NOBODY);
			tables.materializeFailures(NOBODY);
		}
		catch (DataAccessException ex) {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
			throw new UsageException("The database of --verify-db cannot be looked at: " + firstLine(cause)
					+ System.lineSeparator() + "Give the URL of the server's database, with a user who may read "
					+ "the schemas business and sync; or leave out --verify-db.");
		}
	}

	private static String firstLine(Throwable problem) {
		String message = problem.getMessage();
		return (message != null) ? message.lines().findFirst().orElse("") : problem.toString();
	}

	/**
	 * Tries to open the report for writing, without changing an existing one.
	 * @param file the report
	 * @throws UsageException if it cannot be written
	 */
	static void requireWritable(Path file) {
		try {
			boolean isNew = Files.notExists(file);
			Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
			if (isNew) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UsageException("The report cannot be written to " + file.toAbsolutePath() + " (" + ex
					+ "): give --report a file in a folder that exists and can be written to");
		}
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.oversync.simulator.program.Endurance;
import io.oversync.simulator.program.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command line.
 */
@Command(name = "simulator", sortOptions = false, usageHelpWidth = 120,
		description = "Simulated devices that play scenarios against a sync server and check that nothing is lost.")
final class SimulatorOptions {

	static final String DEFAULT_SERVER = "http://localhost:8080";

	@Option(names = "--scenario", split = ",", paramLabel = "NAME", defaultValue = Programs.ALL,
			description = "What to play: a name, several with commas between, or all scenarios (the default).")
	List<String> scenarios = List.of();

	@Option(names = "--parallel", paramLabel = "N", defaultValue = "1",
			description = "How many independent users play each scenario at once (default: 1).")
	int parallel;

	@Option(names = "--server", paramLabel = "URL",
			description = "The server to play against (default: " + DEFAULT_SERVER + ").")
	private @Nullable String server;

	@Option(names = "--start-server",
			description = "Start a server and a PostgreSQL instead, with nothing in it, and stop them at the end.")
	boolean startServer;

	@Option(names = "--verify-db", paramLabel = "JDBC-URL",
			description = "The server's database, to check its business tables and sync views as well, "
					+ "with user and password: jdbc:postgresql://host/database?user=...&password=...")
	@Nullable String databaseUrl;

	@Option(names = "--report", paramLabel = "FILE", description = "Write the results to this file, as JSON.")
	@Nullable Path report;

	@Option(names = "--seed", paramLabel = "N",
			description = "Decides what is left to chance: the same seed plays the same edits (default: random).")
	@Nullable Long seed;

	@Option(names = "--users", paramLabel = "U", description = "chaos and soak: how many users (default: 3).")
	private @Nullable Integer users;

	@Option(names = "--devices", paramLabel = "D",
			description = "chaos and soak: how many devices each user has (default: 3).")
	private @Nullable Integer devices;

	@Option(names = "--minutes", paramLabel = "M", description = "chaos and soak: how long (default: 2).")
	private @Nullable Double minutes;

	@Option(names = "--rate", paramLabel = "R",
			description = "soak: how many syncs a second all devices make together (default: 20).")
	private @Nullable Double rate;

	@Option(names = "--story", paramLabel = "FILE",
			description = "chaos: what is to happen, as a run that failed has written it down.")
	private @Nullable Path workload;

	@Option(names = "--help", usageHelp = true, description = "Show this.")
	private boolean help;

	/**
	 * Checks combinations of options.
	 * @param endurance whether a program with a duration is played
	 * @throws UsageException if a combination is invalid
	 */
	void check(boolean endurance) {
		boolean enduranceOptions = Stream.of(this.users, this.devices, this.minutes, this.rate, this.workload)
			.anyMatch(Objects::nonNull);
		if (enduranceOptions && !endurance) {
			throw new UsageException("--users, --devices, --minutes, --rate and --story are for --scenario=chaos and "
					+ "--scenario=soak; the others take --parallel");
		}
		requirePositive("--users", this.users);
		requirePositive("--devices", this.devices);
		requirePositive("--minutes", this.minutes);
		requirePositive("--rate", this.rate);
		if (this.workload != null && !Files.isReadable(this.workload)) {
			throw new UsageException("--story must be a file that can be read, not " + this.workload);
		}
		if (this.parallel < 1) {
			throw new UsageException("--parallel must be 1 or more, not " + this.parallel);
		}
		if (this.startServer && (this.server != null || this.databaseUrl != null)) {
			throw new UsageException("--start-server brings its own server and database: "
					+ "leave out --server and --verify-db, or leave out --start-server");
		}
		if (!isAddress(server())) {
			throw new UsageException(
					"--server must be an address such as " + DEFAULT_SERVER + ", not '" + server() + "'");
		}
	}

	private static void requirePositive(String option, @Nullable Number value) {
		if (value != null && !(value.doubleValue() > 0)) {
			throw new UsageException(option + " must be more than 0, not " + value);
		}
	}

	private static boolean isAddress(String text) {
		try {
			URI uri = new URI(text);
			return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null
					&& uri.getRawQuery() == null && uri.getRawFragment() == null;
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

	String server() {
		return (this.server != null) ? this.server : DEFAULT_SERVER;
	}

	Endurance endurance() {
		return new Endurance(or(this.users, 3), or(this.devices, 3),
				Duration.ofMillis(Math.round(or(this.minutes, 2.0) * 60_000)), or(this.rate, 20.0), this.workload);
	}

	private static <T> T or(@Nullable T value, T otherwise) {
		return (value != null) ? value : otherwise;
	}

}

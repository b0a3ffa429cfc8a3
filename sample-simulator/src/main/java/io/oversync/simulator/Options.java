package io.oversync.simulator;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command line.
 */
@Command(name = "simulator", sortOptions = false, usageHelpAutoWidth = true,
		description = "Simulated devices that play scenarios against a sync server and check that nothing is lost.")
final class Options {

	static final String DEFAULT_SERVER = "http://localhost:8080";

	@Option(names = "--scenario", split = ",", paramLabel = "NAME", defaultValue = Programs.ALL,
			description = "What to play: a name, several with commas between, or all scenarios (the default).")
	private List<String> scenarios = List.of();

	@Option(names = "--parallel", paramLabel = "N", defaultValue = "1",
			description = "How many independent users play each scenario at once (default: 1).")
	private int parallel;

	@Option(names = "--server", paramLabel = "URL",
			description = "The server to play against (default: " + DEFAULT_SERVER + ").")
	private @Nullable String server;

	@Option(names = "--start-server",
			description = "Start a server and a PostgreSQL instead, with nothing in it, and stop them at the end.")
	private boolean startServer;

	@Option(names = "--verify-db", paramLabel = "JDBC-URL",
			description = "The server's database, to check its business tables and sync views as well, "
					+ "with user and password: jdbc:postgresql://host/database?user=...&password=...")
	private @Nullable String databaseUrl;

	@Option(names = "--report", paramLabel = "FILE", description = "Write the results to this file, as JSON.")
	private @Nullable Path report;

	@Option(names = "--seed", paramLabel = "N",
			description = "Decides what is left to chance: the same seed plays the same edits (default: random).")
	private @Nullable Long seed;

	@Option(names = "--help", usageHelp = true, description = "Show this.")
	private boolean help;

	/**
	 * Looks at what cannot be told from one option alone.
	 * @throws UsageException if something is wrong
	 */
	void check() {
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

	List<String> scenarios() {
		return this.scenarios;
	}

	int parallel() {
		return this.parallel;
	}

	String server() {
		return (this.server != null) ? this.server : DEFAULT_SERVER;
	}

	boolean startServer() {
		return this.startServer;
	}

	@Nullable String databaseUrl() {
		return this.databaseUrl;
	}

	@Nullable Path report() {
		return this.report;
	}

	@Nullable Long seed() {
		return this.seed;
	}

}

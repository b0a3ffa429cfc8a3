/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.oversync.client.http.JdkSyncHttp;
import io.oversync.client.http.SyncHttp;
import io.oversync.client.internal.ClientSettings;
import io.oversync.client.internal.DefaultSyncClient;
import io.oversync.client.internal.background.Backoff;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.download.PageSize;
import io.oversync.client.internal.history.ServerAddress;
import io.oversync.client.internal.support.Nanos;
import io.oversync.client.internal.transport.DeadlineHttp;
import io.oversync.client.internal.transport.SyncServer;
import io.oversync.client.internal.transport.TokenGuard;
import io.oversync.client.internal.upload.BatchSize;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteDataSource;

/**
 * Sets up a {@link SyncClient}. Database, server, token, user, device and tables must be
 * given; the rest has defaults.
 */
public final class SyncClientBuilder {

	private @Nullable DataSource dataSource;

	private @Nullable URI server;

	private @Nullable TokenSupplier token;

	private @Nullable String user;

	private @Nullable String device;

	private String schema = "public";

	private final List<SyncTable> tables = new ArrayList<>();

	private ConflictResolver resolver = ConflictResolver.serverWins();

	private @Nullable SyncHttp http;

	private boolean serverChangeAllowed;

	private @Nullable String userClaim = "sub";

	private @Nullable String deviceClaim = "did";

	private Clock clock = Clock.systemUTC();

	private int batchCount = 1000;

	private long batchBytes = 2 * 1024 * 1024;

	private int pageSize = 1000;

	private Duration busyTimeout = Duration.ofSeconds(5);

	private Duration timeout = Duration.ofSeconds(60);

	private boolean watching = true;

	private Duration firstBackoff = Duration.ofSeconds(1);

	private Duration longestBackoff = Duration.ofMinutes(5);

	SyncClientBuilder() {
	}

	/**
	 * Uses a database file, in WAL mode, so that readers and the sync do not wait for
	 * each other.
	 * @param file the file; it is created if it is missing
	 * @return this
	 */
	public SyncClientBuilder database(Path file) {
		SQLiteDataSource sqlite = new SQLiteDataSource();
		sqlite.setUrl("jdbc:sqlite:" + given(file, "database()"));
		sqlite.setJournalMode("WAL");
		// the driver would ask for the last rowid after each INSERT
		sqlite.getConfig().setGetGeneratedKeys(false);
		this.dataSource = sqlite;
		return this;
	}

	/**
	 * Uses a data source of SQLite. The client takes one connection and keeps it until it
	 * is closed. Then it sets back what it has set on that connection, and closes it,
	 * also where the data source hands out the same connection to others.
	 * @param sqlite the data source
	 * @return this
	 */
	public SyncClientBuilder dataSource(DataSource sqlite) {
		this.dataSource = sqlite;
		return this;
	}

	/**
	 * Sets the URL of the endpoints, such as {@code https://example.org/sync}.
	 * @param base the URL below which {@code /upload} and {@code /download} are
	 * @return this
	 */
	public SyncClientBuilder server(URI base) {
		this.server = base;
		return this;
	}

	/**
	 * Lets a database that was synced with another server be opened with this one, which
	 * is refused otherwise: the first sync then takes that server's rows and sends it
	 * what it lacks. Rows that differ are conflicts.
	 * @return this
	 */
	public SyncClientBuilder allowServerChange() {
		this.serverChangeAllowed = true;
		return this;
	}

	/**
	 * Names the claims of a JWT that name the user and the device, {@code sub} and
	 * {@code did} by default. Before each request they are compared with {@link #user}
	 * and {@link #device}. Claims that a token does not have, and tokens that are no
	 * JWTs, are left to the server.
	 * @param user the claim of the user, or null to compare none
	 * @param device the claim of the device, or null to compare none
	 * @return this
	 */
	public SyncClientBuilder tokenClaims(@Nullable String user, @Nullable String device) {
		this.userClaim = user;
		this.deviceClaim = device;
		return this;
	}

	/** Replaces the clock. */
	SyncClientBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Sets the supplier of bearer tokens: it is called for each request, and once more
	 * when a token was refused.
	 * @param token the supplier
	 * @return this
	 */
	public SyncClientBuilder token(Supplier<String> token) {
		given(token, "token()");
		this.token = (refused) -> token.get();
		return this;
	}

	/**
	 * Sets the supplier of bearer tokens, which learns when a token was refused. It has
	 * another name than {@link #token}, so that a lambda of Kotlin fits one of both only.
	 * @param token the supplier
	 * @return this
	 */
	public SyncClientBuilder renewableToken(TokenSupplier token) {
		this.token = token;
		return this;
	}

	/**
	 * Sets the user. A database belongs to one user.
	 * @param user the user, as in the token
	 * @return this
	 */
	public SyncClientBuilder user(String user) {
		this.user = user;
		return this;
	}

	/**
	 * Sets the device.
	 * @param device its id, as in the token; see {@link DeviceIds}
	 * @return this
	 */
	public SyncClientBuilder device(String device) {
		this.device = device;
		return this;
	}

	/**
	 * Sets the server's schema of tables that do not name one; {@code public} by default.
	 * @param schema the schema
	 * @return this
	 */
	public SyncClientBuilder schema(String schema) {
		this.schema = given(schema, "schema()");
		return this;
	}

	/**
	 * Adds tables, which must exist when the client is opened.
	 * @param tables the tables, in any order
	 * @return this
	 */
	public SyncClientBuilder tables(SyncTable... tables) {
		for (SyncTable table : given(tables, "tables()")) {
			this.tables.add(given(table, "tables()"));
		}
		return this;
	}

	/**
	 * Adds tables that are called the same here and on the server.
	 * @param tables their names, in any order
	 * @return this
	 */
	public SyncClientBuilder tables(String... tables) {
		for (String table : given(tables, "tables()")) {
			this.tables.add(SyncTable.of(given(table, "tables()")));
		}
		return this;
	}

	/**
	 * Sets the conflict resolver; {@link ConflictResolver#serverWins()} by default.
	 * @param resolver the resolver
	 * @return this
	 */
	public SyncClientBuilder resolver(ConflictResolver resolver) {
		this.resolver = given(resolver, "resolver()");
		return this;
	}

	/**
	 * Replaces the HTTP client of the JDK.
	 * @param http another, or null for that of the JDK
	 * @return this
	 */
	public SyncClientBuilder http(@Nullable SyncHttp http) {
		this.http = http;
		return this;
	}

	/**
	 * Limits one upload. Within the limit the client adapts by itself.
	 * @param changes the greatest number of changes; 1000 by default
	 * @param bytes the greatest number of bytes, unless a single change has more; 2 MiB
	 * by default
	 * @return this
	 */
	public SyncClientBuilder uploadBatch(int changes, long bytes) {
		if (changes < 1 || bytes < 1) {
			throw new SyncSetupException("An upload must have room for one change and one byte at least");
		}
		this.batchCount = changes;
		this.batchBytes = bytes;
		return this;
	}

	/**
	 * Limits one download of {@link SyncClient#sync()} and {@link SyncClient#hydrate()};
	 * 1000 by default. Within the limit the client adapts by itself, so that a page has a
	 * few megabytes at most.
	 * @param changes 1 to 1000
	 * @return this
	 */
	public SyncClientBuilder downloadPage(int changes) {
		PageSize.check(changes);
		this.pageSize = changes;
		return this;
	}

	/**
	 * Sets how long the client waits for other connections that write; 5 seconds by
	 * default.
	 * @param timeout the time to wait
	 * @return this
	 */
	public SyncClientBuilder busyTimeout(Duration timeout) {
		if (given(timeout, "busyTimeout()").isNegative()) {
			throw new SyncSetupException("The busyTimeout() must not be negative, as " + timeout + " is");
		}
		this.busyTimeout = timeout;
		return this;
	}

	/**
	 * Sets how long the server may be silent, before its response and within it; 60
	 * seconds by default. Large requests and responses may take longer as a whole, at 1
	 * KiB a second or more.
	 * @param timeout the time to wait; positive
	 * @return this
	 */
	public SyncClientBuilder timeout(Duration timeout) {
		if (given(timeout, "timeout()").isNegative() || timeout.isZero()) {
			throw new SyncSetupException("The timeout must be positive, not " + timeout);
		}
		this.timeout = Duration.ofNanos(Nanos.of(timeout));
		return this;
	}

	/**
	 * Sets how long a background sync waits after failures.
	 * @param first after the first; 1 second by default
	 * @param longest at most, unless the server asks for more; 5 minutes by default
	 * @return this
	 */
	public SyncClientBuilder backoff(Duration first, Duration longest) {
		if (given(first, "backoff()").isNegative() || first.isZero()
				|| given(longest, "backoff()").compareTo(first) < 0) {
			throw new SyncSetupException("The first backoff must be positive and the longest no shorter than it");
		}
		this.firstBackoff = first;
		this.longestBackoff = longest;
		return this;
	}

	/**
	 * Sets whether the background sync holds a connection on which the server tells when
	 * there is something to fetch, so that changes of other devices arrive at once; true
	 * by default. Without it, with a server that does not offer it, and with a
	 * {@link SyncHttp} that is not {@link SyncHttp#isStreaming() streaming}, they arrive
	 * at the interval of {@link SyncClient#start}.
	 * @param enabled whether to watch
	 * @return this
	 */
	public SyncClientBuilder watch(boolean enabled) {
		this.watching = enabled;
		return this;
	}

	/**
	 * Opens the client: prepares its bookkeeping and the triggers of the tables. Rows
	 * that were there before a table was synced are pending from now on.
	 * @return the client
	 * @throws SyncSetupException if something is missing, or the database or a table
	 * cannot be synced
	 * @throws LocalDatabaseException if the database fails
	 */
	public SyncClient open() {
		DataSource database = required(this.dataSource, "a database: call database() or dataSource()");
		URI base = required(this.server, "the server's URL: call server()");
		ServerAddress.check(base);
		TokenSupplier tokens = required(this.token, "a token: call token()");
		String owner = required(this.user, "a user: call user()");
		if (owner.isBlank()) {
			throw new SyncSetupException("user() must name a user, and is blank");
		}
		String source = required(this.device, "a device: call device()");
		DeviceIds.check(source, "device()");
		if (this.tables.isEmpty()) {
			throw new SyncSetupException("The client needs tables to sync: call tables()");
		}
		SyncHttp transport = (this.http != null) ? this.http : new JdkSyncHttp(this.timeout);
		ClientSettings settings = new ClientSettings(owner, source, this.schema, List.copyOf(this.tables),
				this.resolver, this.pageSize, new BatchSize(this.batchCount, this.batchBytes),
				new Backoff(this.firstBackoff, this.longestBackoff), this.watching, this.clock,
				new ServerAddress(base, this.serverChangeAllowed));
		TokenGuard guard = new TokenGuard(owner, source, this.userClaim, this.deviceClaim);
		return DefaultSyncClient.open(new Database(database, this.busyTimeout),
				new SyncServer(new DeadlineHttp(transport, this.timeout), base, tokens, guard), settings);
	}

	/** Kotlin and Java without nullness checks may pass null. */
	private static <T> T given(@Nullable T value, String method) {
		if (value == null) {
			throw new SyncSetupException(method + " needs a value, and was called with null");
		}
		return value;
	}

	private static <T> T required(@Nullable T value, String what) {
		if (value == null) {
			throw new SyncSetupException("The client needs " + what);
		}
		return value;
	}

}

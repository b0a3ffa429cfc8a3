/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * A device: a database file and a client that can be closed and opened again. SQL runs on
 * a connection of its own, as the application's does.
 */
final class TestDevice implements AutoCloseable {

	private final Path file;

	private final ModelServer server;

	private String identity;

	private final String[] tables;

	private Consumer<SyncClientBuilder> settings = (builder) -> {
	};

	private SyncClient client;

	private Connection connection;

	TestDevice(Path folder, ModelServer server, String identity, String ddl, String... tables) {
		this.file = folder.resolve(identity.replace('/', '-') + ".db");
		this.server = server;
		this.identity = identity;
		this.tables = tables;
		execute(ddl);
	}

	TestDevice with(Consumer<SyncClientBuilder> settings) {
		this.settings = settings;
		return this;
	}

	/** Lets another user, or another device, open the same file from now on. */
	TestDevice as(String identity) {
		this.identity = identity;
		return this;
	}

	TestDevice open() {
		SyncClientBuilder builder = SyncClient.builder()
			.database(this.file)
			.server(ModelServer.URL)
			.http(this.server)
			.token(() -> this.identity)
			.user(this.identity.substring(0, this.identity.indexOf('/')))
			.device(this.identity.substring(this.identity.indexOf('/') + 1))
			.schema("app")
			.tables(this.tables);
		this.settings.accept(builder);
		this.client = builder.open();
		return this;
	}

	SyncClient client() {
		return this.client;
	}

	Path file() {
		return this.file;
	}

	TestDevice reopen() {
		this.client.close();
		return open();
	}

	/** Copies the database, and goes on with it. */
	Path backup(String name) {
		return closed(() -> Files.copy(this.file, this.file.resolveSibling(name)));
	}

	/** Goes on with an earlier copy of the database. */
	TestDevice putBack(Path backup) {
		closed(() -> Files.copy(backup, this.file, StandardCopyOption.REPLACE_EXISTING));
		return this;
	}

	private Path closed(Callable<Path> work) {
		try {
			close();
			this.connection = null;
			return work.call();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			open();
		}
	}

	private Connection connection() throws SQLException {
		if (this.connection == null) {
			this.connection = DriverManager.getConnection("jdbc:sqlite:" + this.file);
			try (Statement statement = this.connection.createStatement()) {
				statement.execute("PRAGMA foreign_keys = ON");
				statement.execute("PRAGMA busy_timeout = 5000");
				// a test's machine does not lose its power
				statement.execute("PRAGMA synchronous = OFF");
			}
		}
		return this.connection;
	}

	/** Executes statements, separated by semicolons at the ends of lines. */
	TestDevice execute(String sql) {
		for (String part : sql.split(";\\s*(\n|$)")) {
			if (!part.isBlank()) {
				try (Statement statement = connection().createStatement()) {
					statement.execute(part);
				}
				catch (SQLException ex) {
					throw new IllegalStateException(part + ": " + ex.getMessage(), ex);
				}
			}
		}
		return this;
	}

	/** Returns the rows as SQL literals: {@code 'a'|1|NULL}. */
	List<String> query(String sql) {
		try (Statement statement = connection().createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			List<String> texts = new ArrayList<>();
			while (rows.next()) {
				List<String> values = new ArrayList<>();
				for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
					values.add(String.valueOf(rows.getString(i)));
				}
				texts.add(String.join("|", values));
			}
			return texts;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql, ex);
		}
	}

	@Override
	public void close() {
		if (this.client != null) {
			this.client.close();
		}
		try {
			if (this.connection != null) {
				this.connection.close();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

import io.oversync.client.SyncClient;
import io.oversync.client.http.SyncHttp;

/**
 * A new SQLite file with one table and the connection of an application: WAL mode and
 * otherwise SQLite's defaults, so that each commit is synced to the disk.
 */
final class ClientFile implements AutoCloseable {

	static final String INSERT = "INSERT INTO task (id, title, body, state, rank, amount, updated_at)"
			+ " VALUES (?, ?, ?, ?, ?, ?, ?)";

	static final String UPSERT = INSERT
			+ " ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body, state = excluded.state,"
			+ " rank = excluded.rank, amount = excluded.amount, updated_at = excluded.updated_at";

	private static final String DDL = "CREATE TABLE task (id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT,"
			+ " state TEXT NOT NULL, rank INTEGER, amount REAL, updated_at TEXT)";

	private static final String BODY = "some words of a body ".repeat(5);

	private final Path folder;

	private final Connection connection;

	ClientFile() throws IOException, SQLException {
		this.folder = Files.createTempDirectory("oversync-bench");
		this.connection = DriverManager.getConnection("jdbc:sqlite:" + file());
		execute("PRAGMA journal_mode = WAL");
		execute(DDL);
	}

	private Path file() {
		return this.folder.resolve("bench.db");
	}

	SyncClient open(SyncHttp http) {
		return SyncClient.builder()
			.database(file())
			.server(URI.create("http://localhost/sync"))
			.http(http)
			.token(() -> "token")
			.user("ann")
			.device("phone")
			.schema("app")
			.tables("task")
			.open();
	}

	/** The values of a row, of about 200 bytes. */
	static Object[] row(int i) {
		return new Object[] { UUID.randomUUID().toString(), "Task number " + i, BODY, "open", i, i / 4.0,
				"2026-01-01T00:00:00.000Z" };
	}

	Connection connection() {
		return this.connection;
	}

	void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** Executes a statement for each row; commits after so many of them. */
	void write(String sql, List<Object[]> rows, int transaction) throws SQLException {
		this.connection.setAutoCommit(false);
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			int written = 0;
			for (Object[] row : rows) {
				for (int i = 0; i < row.length; i++) {
					statement.setObject(i + 1, row[i]);
				}
				if (statement.executeUpdate() != 1) {
					throw new IllegalStateException("Not one row");
				}
				if (++written % transaction == 0) {
					this.connection.commit();
				}
			}
			this.connection.commit();
		}
		finally {
			this.connection.setAutoCommit(true);
		}
	}

	@Override
	public void close() throws IOException, SQLException {
		this.connection.close();
		try (var files = Files.list(this.folder)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		Files.delete(this.folder);
	}

}

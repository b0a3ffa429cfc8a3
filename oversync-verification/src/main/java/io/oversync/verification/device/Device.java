/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.ServerException;
import io.oversync.client.SyncClient;
import io.oversync.client.SyncClientBuilder;
import io.oversync.client.SyncStatus;
import io.oversync.client.TokenSupplier;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteDataSource;

/**
 * A device: a database file with an application's tables, a connection of that
 * application, and a client that can be closed and opened again.
 */
public final class Device implements AutoCloseable {

	private static final int NOT_FOUND = 404;

	private final SQLiteDataSource database = new SQLiteDataSource();

	private final Path file;

	private final SyncTarget target;

	private final String user;

	private final String name;

	private final List<TableModel> tables;

	private final UnaryOperator<DataSource> access;

	private final Consumer<SyncClientBuilder> settings;

	private final TokenSupplier token;

	private Connection connection;

	private SyncClient client;

	/**
	 * Opens a device with all tables; they are created unless they exist.
	 * @param folder where its file is
	 * @param target the server
	 * @param user the user
	 * @param name its id
	 * @param settings what differs from the client's defaults
	 */
	public Device(Path folder, SyncTarget target, String user, String name, Consumer<SyncClientBuilder> settings) {
		this(folder, target, user, name, target.tables().list(), settings);
	}

	/**
	 * Opens a device; the tables are created unless they exist.
	 * @param folder the folder of its file
	 * @param target the server
	 * @param user its user
	 * @param name its id
	 * @param tables the names of its tables
	 * @param settings changes the client's defaults
	 */
	public Device(Path folder, SyncTarget target, String user, String name, Collection<TableModel> tables,
			Consumer<SyncClientBuilder> settings) {
		this(folder, target, user, name, tables, UnaryOperator.identity(), settings);
	}

	/**
	 * Opens a device; the tables are created unless they are there.
	 * @param folder where its file is
	 * @param target the server
	 * @param user whose it is
	 * @param name its id
	 * @param tables which of the tables it has
	 * @param access goes around the client's access to the database
	 * @param settings what differs from the client's defaults
	 */
	public Device(Path folder, SyncTarget target, String user, String name, Collection<TableModel> tables,
			UnaryOperator<DataSource> access, Consumer<SyncClientBuilder> settings) {
		this.file = folder.resolve(user + "-" + name + ".db");
		this.target = target;
		this.user = user;
		this.name = name;
		this.tables = List.copyOf(tables);
		this.access = access;
		this.settings = settings;
		this.token = new RenewedToken(target, user, name);
		this.database.setUrl("jdbc:sqlite:" + this.file);
		this.database.setJournalMode("WAL");
		// a simulated device never loses its power
		this.database.setSynchronous("OFF");
		this.connection = connect();
		this.client = open();
	}

	private Connection connect() {
		try {
			Connection opened = this.database.getConnection();
			execute(opened, "PRAGMA foreign_keys = ON");
			execute(opened, "PRAGMA busy_timeout = 10000");
			for (TableModel table : this.tables) {
				execute(opened, table.ddl().replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"));
			}
			return opened;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The database of " + this + " cannot be opened", ex);
		}
	}

	private SyncClient open() {
		SyncClientBuilder builder = SyncClient.builder()
			.dataSource(this.access.apply(this.database))
			.server(this.target.syncUri())
			.http(SyncTarget.NETWORK)
			.renewableToken(this.token)
			.user(this.user)
			.device(this.name)
			.schema(this.tables.get(0).schema())
			.tables(this.tables.stream().map(TableModel::sqlName).toArray(String[]::new));
		this.settings.accept(builder);
		return builder.open();
	}

	/**
	 * Returns the client.
	 * @return another one after each {@link #reopen()} and {@link #reinstall()}
	 */
	public SyncClient client() {
		return this.client;
	}

	public String user() {
		return this.user;
	}

	public String name() {
		return this.name;
	}

	public Path file() {
		return this.file;
	}

	/**
	 * Returns the tables.
	 * @return those that this device has
	 */
	public List<TableModel> tables() {
		return this.tables;
	}

	/**
	 * Describes the client's remaining work: changes to send, or rows of the server that
	 * it holds back.
	 * @return empty if nothing
	 */
	public String unfinished() {
		SyncStatus status = this.client.status();
		boolean idle = status.pending() == 0 && status.quarantined() == 0 && status.held() == 0;
		return idle ? "" : status.toString();
	}

	/**
	 * Describes the rows that differ from the server's, as the client finds them.
	 * @return empty if none does, or if the server has no checksums
	 */
	public String differences() {
		try {
			return this.client.verify()
				.differences()
				.stream()
				.map((row) -> "%s %s: %s, version %d here and %d on the server".formatted(row.table(), row.pk(),
						row.kind(), row.version(), row.serverVersion()))
				.collect(Collectors.joining(", "));
		}
		catch (ServerException ex) {
			if (ex.status() != NOT_FOUND) {
				throw ex;
			}
			return "";
		}
	}

	/**
	 * Discards the changes that the server will never accept.
	 * @return their descriptions
	 */
	public List<QuarantinedChange> discardQuarantined() {
		List<QuarantinedChange> quarantined = this.client.quarantined();
		quarantined.forEach((change) -> this.client.discardQuarantined(change.id()));
		return quarantined;
	}

	/** Closes the client and opens another; the application goes on. */
	public void reopen() {
		this.client.close();
		this.client = open();
	}

	/**
	 * Loses all data on the device except its id, like a reinstalled application.
	 */
	public void reinstall() {
		close();
		for (String suffix : List.of("", "-wal", "-shm")) {
			try {
				Files.deleteIfExists(this.file.resolveSibling(this.file.getFileName() + suffix));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		this.connection = connect();
		this.client = open();
	}

	/**
	 * Copies the database, as a backup of the device does.
	 * @return the copy, in the folder of the database; one at a time
	 */
	public Path backUp() {
		Path copy = this.file.resolveSibling(this.file.getFileName() + ".copy");
		replace(this.file, copy);
		return copy;
	}

	/**
	 * Continues with an earlier copy of the database, under the same id.
	 * @param copy the copy, which is kept
	 */
	public void putBack(Path copy) {
		replace(copy, this.file);
	}

	/** The last connection leaves nothing in the write-ahead log when it is closed. */
	private void replace(Path from, Path to) {
		close();
		try {
			Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.connection = connect();
		this.client = open();
	}

	/**
	 * Runs a statement of the application.
	 * @param sql the statement
	 * @param arguments its parameters
	 * @return how many rows it changed
	 */
	public int execute(String sql, @Nullable Object... arguments) {
		try {
			return tryToExecute(sql, arguments);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(this + ": " + sql + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Runs a statement of the application that may fail.
	 * @param sql the statement
	 * @param arguments its parameters
	 * @return how many rows it changed
	 * @throws SQLException if it failed
	 */
	public int tryToExecute(String sql, @Nullable Object... arguments) throws SQLException {
		return execute(this.connection, sql, arguments);
	}

	private static int execute(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			bind(statement, arguments);
			return statement.execute() ? 0 : statement.getUpdateCount();
		}
	}

	private static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
		for (int i = 0; i < arguments.length; i++) {
			statement.setObject(i + 1, arguments[i]);
		}
	}

	/**
	 * Runs a query of the application.
	 * @param sql the query
	 * @param arguments its parameters
	 * @return the values of its first column
	 */
	public List<Object> query(String sql, @Nullable Object... arguments) {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			bind(statement, arguments);
			try (ResultSet rows = statement.executeQuery()) {
				List<Object> values = new ArrayList<>();
				while (rows.next()) {
					values.add(rows.getObject(1));
				}
				return values;
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(this + ": " + sql + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Reads all rows.
	 * @return the values of each row as texts, by table and key: {@code "users 550e…"}
	 */
	public Map<String, List<String>> rows() {
		Map<String, List<String>> contents = new TreeMap<>();
		for (TableModel table : this.tables) {
			String sql = "SELECT " + table.columnList() + " FROM " + table.sqlName();
			try (PreparedStatement statement = this.connection.prepareStatement(sql);
					ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					List<String> values = new ArrayList<>();
					for (int i = 0; i < table.columns().size(); i++) {
						values.add(table.columns().get(i).kind().text(rows.getObject(i + 1)));
					}
					contents.put(table.rowName(values.get(0)), values);
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(this + ": " + sql + ": " + ex.getMessage(), ex);
			}
		}
		return contents;
	}

	/**
	 * Returns the names of all rows, whatever columns their tables have.
	 * @return table and key of each: {@code "users 550e…"}
	 */
	public Set<String> rowNames() {
		Set<String> names = new HashSet<>();
		for (TableModel table : this.tables) {
			for (Object key : query("SELECT id FROM " + table.sqlName())) {
				names.add(table.rowName(table.key().kind().text(key)));
			}
		}
		return names;
	}

	@Override
	public String toString() {
		return this.user + "/" + this.name;
	}

	@Override
	public void close() {
		this.client.close();
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The database of " + this + " cannot be closed", ex);
		}
	}

}

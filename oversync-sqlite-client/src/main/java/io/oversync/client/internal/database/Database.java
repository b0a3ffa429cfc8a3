/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.oversync.client.DatabaseBusyException;
import io.oversync.client.LocalDatabaseException;
import org.jspecify.annotations.Nullable;

/**
 * The client's connection to the SQLite database, used by one thread at a time.
 * Transactions are short and take the write lock at their start, so that they never fail
 * in the middle because another connection wrote.
 */
public final class Database implements AutoCloseable {

	private static final int BUSY = 5;

	private static final int LOCKED = 6;

	private static final int CONSTRAINT = 19;

	/** The remedies for SQLite's error codes, which its messages do not name. */
	private static final Map<Integer, String> ADVICE = Map.of(8, "The file or its folder cannot be written", 10,
			"The disk, or the network drive that the file is on, cannot be read or written", 11,
			"The file is damaged: put back a copy of it, or delete it and hydrate a new one", 13,
			"The disk is full: nothing is lost, and the next sync goes on once there is room", 14,
			"Does the file's folder exist, and may it be written?", 26,
			"The file is no SQLite database, or it is encrypted");

	private static final int STATEMENTS = 256;

	/** A transaction starts again no more often for steps that are tried again. */
	private static final int RESTARTS = 20;

	private static final int REMEMBERED = 10_000;

	/**
	 * Pages of the write-ahead log, 4 KiB each. A page of the server's rows touches more
	 * than SQLite's usual thousand, and would be copied to the database after each
	 * commit.
	 */
	private static final int CHECKPOINT_PAGES = 4000;

	/** In KiB, by SQLite's sign; taken as it is needed. Keys come in no order. */
	private static final int CACHE = -8000;

	private final Connection connection;

	private final Duration busyTimeout;

	/** Held while the connection is used. */
	private final ReentrantLock access = new ReentrantLock();

	private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

	/** The former settings of the connection, which may belong to a pool. */
	private final Map<String, Long> previous = new LinkedHashMap<>();

	private final WritePauses turns = new WritePauses();

	/** Steps that have rolled the transaction back, and why. */
	private final Map<String, String> leftOut = new HashMap<>();

	/** Steps that have rolled a transaction back, and when: the latest. */
	private final Map<String, Long> rolledBack = new LinkedHashMap<>() {
		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
			return size() > REMEMBERED;
		}
	};

	private long transaction;

	/** Guarded by the access. */
	private boolean inTransaction;

	/** The schema that the client is prepared for, or -1. */
	private long preparedSchema = -1;

	public Database(DataSource dataSource, Duration busyTimeout) {
		this.busyTimeout = busyTimeout;
		try {
			this.connection = dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw failure(ex);
		}
		try {
			this.connection.setAutoCommit(true);
			set("busy_timeout", busyTimeout.toMillis());
			set("wal_autocheckpoint", CHECKPOINT_PAGES);
			set("cache_size", CACHE);
			// which a pool may have left on
			set("count_changes", 0);
			set("query_only", 0);
		}
		catch (SQLException ex) {
			closeConnection();
			throw failure(ex);
		}
	}

	/** Runs statements that only read and see one state of the database. */
	public <T> T read(Work<T> work) {
		return exclusively(() -> this.inTransaction ? within(work) : transaction("BEGIN", work));
	}

	/** Code of the application, such as a resolver, may ask within a transaction. */
	private <T> T within(Work<T> work) {
		try {
			return work.run();
		}
		catch (SQLException ex) {
			throw failure(ex);
		}
	}

	/**
	 * Uses the database without waiting longer than a moment, for a sync on another
	 * thread or for another connection.
	 * @return the result; empty if the database was in use
	 */
	public <T> Optional<T> within(Duration patience, Supplier<T> use) {
		boolean free = false;
		try {
			free = this.access.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
			return free ? Optional.of(hurriedly(patience, use)) : Optional.empty();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
		catch (DatabaseBusyException ex) {
			return Optional.empty();
		}
		finally {
			if (free) {
				this.access.unlock();
			}
		}
	}

	private <T> T hurriedly(Duration patience, Supplier<T> use) {
		try {
			execute("PRAGMA busy_timeout = " + patience.toMillis());
			try {
				return use.get();
			}
			finally {
				execute("PRAGMA busy_timeout = " + this.busyTimeout.toMillis());
			}
		}
		catch (SQLException ex) {
			throw failure(ex);
		}
	}

	private <T> T exclusively(Supplier<T> use) {
		this.access.lock();
		try {
			return use.get();
		}
		finally {
			this.access.unlock();
		}
	}

	/** Runs statements that write. An exception undoes them. */
	public <T> T write(Work<T> work) {
		this.turns.giveWay();
		return exclusively(() -> transaction("BEGIN IMMEDIATE", work));
	}

	/**
	 * Writes rows as the server has them: nothing is captured, and foreign keys are not
	 * enforced, because the server's rows are written as they are and neither cascade nor
	 * fail here.
	 * @throws TablesChangedException if the client is not prepared for the tables any
	 * more
	 */
	public <T> T apply(Work<T> work) {
		this.turns.giveWay();
		return exclusively(() -> silently(() -> {
			if (!isPrepared()) {
				throw new TablesChangedException();
			}
			return work.run();
		}));
	}

	/** As {@link #apply}, and knows the schema that the work leaves behind. */
	public <T> T prepare(Work<T> work) {
		return exclusively(() -> {
			long[] schema = new long[1];
			T result = silently(() -> {
				T prepared = work.run();
				schema[0] = schema();
				return prepared;
			});
			this.preparedSchema = schema[0];
			return result;
		});
	}

	/** Returns whether the schema is the one that the client is prepared for. */
	public boolean isPrepared() throws SQLException {
		return schema() == this.preparedSchema;
	}

	/** Returns a number that is another one after others have written. */
	public long version() throws SQLException {
		return number("PRAGMA data_version");
	}

	private long schema() throws SQLException {
		return number("PRAGMA schema_version");
	}

	private <T> T silently(Work<T> work) {
		try {
			boolean enforced = pragma("foreign_keys") != 0;
			// has no effect within a transaction
			execute("PRAGMA foreign_keys = OFF");
			try {
				return transaction("BEGIN IMMEDIATE", () -> {
					update("INSERT INTO oversync_applying VALUES (1)");
					T result = work.run();
					update("DELETE FROM oversync_applying");
					return result;
				});
			}
			finally {
				if (enforced) {
					execute("PRAGMA foreign_keys = ON");
				}
			}
		}
		catch (SQLException ex) {
			throw failure(ex);
		}
	}

	/**
	 * A step that is tried may roll all back, such as by a trigger's
	 * {@code RAISE(ROLLBACK)}: then the work starts again and leaves that step out.
	 */
	private <T> T transaction(String begin, Work<T> work) {
		this.leftOut.clear();
		while (true) {
			try {
				return once(begin, work);
			}
			catch (RolledBackException ex) {
				this.leftOut.put(ex.name, ex.reason);
				this.rolledBack.put(ex.name, this.transaction);
				this.turns.giveWay();
			}
		}
	}

	private <T> T once(String begin, Work<T> work) {
		boolean begun = false;
		long start = System.nanoTime();
		try {
			execute(begin);
			begun = true;
			this.inTransaction = true;
			this.transaction++;
			T result = work.run();
			execute("COMMIT");
			begun = false;
			return result;
		}
		catch (SQLException ex) {
			throw failure(ex);
		}
		finally {
			this.inTransaction = false;
			if (begun) {
				rollback();
			}
			this.turns.used(start);
		}
	}

	/** Returns a number that is another one in each transaction. */
	public long transaction() {
		return this.transaction;
	}

	private void rollback() {
		try {
			execute("ROLLBACK");
		}
		catch (SQLException ex) {
			// SQLite has rolled back by itself, or the connection is gone
		}
	}

	/** Returns how many steps the transaction leaves out that have rolled it back. */
	public int leftOut() {
		return this.leftOut.size();
	}

	/** Returns whether no step that has rolled back before is tried any more. */
	public boolean isTired() {
		return this.leftOut.size() >= RESTARTS;
	}

	/** Returns the number of the last transaction that a step has rolled back, or 0. */
	public long rolledBack(String name) {
		return this.rolledBack.getOrDefault(name, 0L);
	}

	/**
	 * Returns whether a step may be tried again: those that have rolled a transaction
	 * back before must not do so with all that it has written too often.
	 */
	public boolean mayTry(String name) {
		return !isTired() || this.leftOut.containsKey(name) || rolledBack(name) == 0;
	}

	/**
	 * Tries a step of a transaction.
	 * @param name the name of the step, which identifies it if the transaction starts
	 * again
	 * @return null, or the constraint that forbids it; then the step is undone
	 */
	public @Nullable String attempt(String name, Step step) throws SQLException {
		String reason = this.leftOut.get(name);
		if (reason != null) {
			return reason;
		}
		execute("SAVEPOINT _sync_attempt");
		try {
			step.run();
			execute("RELEASE _sync_attempt");
			// it is tried also if others start the transaction again
			this.rolledBack.remove(name);
			return null;
		}
		catch (SQLException ex) {
			undo(name, ex);
			if (!isConstraint(ex)) {
				throw ex;
			}
			return String.valueOf(ex.getMessage());
		}
	}

	private void undo(String name, SQLException cause) throws SQLException {
		try {
			execute("ROLLBACK TO _sync_attempt");
			execute("RELEASE _sync_attempt");
		}
		catch (SQLException ex) {
			// without the savepoint the transaction is gone
			if (isConstraint(cause)) {
				throw new RolledBackException(name, String.valueOf(cause.getMessage()));
			}
			cause.addSuppressed(ex);
			throw cause;
		}
	}

	public void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	public int update(String sql, @Nullable Object... arguments) throws SQLException {
		PreparedStatement statement = prepare(sql, arguments);
		return statement.executeUpdate();
	}

	/** Returns the rows, without those that are mapped to null. */
	public <T> List<T> query(String sql, Mapper<T> mapper, @Nullable Object... arguments) throws SQLException {
		List<T> rows = new ArrayList<>();
		try (ResultSet resultSet = prepare(sql, arguments).executeQuery()) {
			while (resultSet.next()) {
				T row = mapper.map(resultSet);
				if (row != null) {
					rows.add(row);
				}
			}
		}
		return rows;
	}

	/** Visits rows one at a time, until the visitor returns false; it only reads. */
	public void each(String sql, Visitor visitor, @Nullable Object... arguments) throws SQLException {
		try (ResultSet resultSet = prepare(sql, arguments).executeQuery()) {
			while (resultSet.next() && visitor.visit(resultSet)) {
				// on to the next
			}
		}
	}

	public <T> @Nullable T first(String sql, Mapper<T> mapper, @Nullable Object... arguments) throws SQLException {
		try (ResultSet resultSet = prepare(sql, arguments).executeQuery()) {
			return resultSet.next() ? mapper.map(resultSet) : null;
		}
	}

	public long number(String sql, @Nullable Object... arguments) throws SQLException {
		Long number = first(sql, (resultSet) -> resultSet.getLong(1), arguments);
		return (number != null) ? number : 0;
	}

	private void set(String name, long value) throws SQLException {
		this.previous.put(name, pragma(name));
		execute("PRAGMA " + name + " = " + value);
	}

	private long pragma(String name) throws SQLException {
		try (Statement statement = this.connection.createStatement();
				ResultSet resultSet = statement.executeQuery("PRAGMA " + name)) {
			return resultSet.next() ? resultSet.getLong(1) : 0;
		}
	}

	private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
		PreparedStatement statement = this.statements.get(sql);
		if (statement == null) {
			if (this.statements.size() >= STATEMENTS) {
				Iterator<PreparedStatement> eldest = this.statements.values().iterator();
				eldest.next().close();
				eldest.remove();
			}
			statement = this.connection.prepareStatement(sql);
			this.statements.put(sql, statement);
		}
		for (int i = 0; i < arguments.length; i++) {
			statement.setObject(i + 1, arguments[i]);
		}
		return statement;
	}

	/** Returns a failure as of a constraint. */
	public static SQLException constraint(String message) {
		return new SQLException(message, null, CONSTRAINT);
	}

	public static boolean isConstraint(SQLException ex) {
		return (ex.getErrorCode() & 0xFF) == CONSTRAINT;
	}

	private LocalDatabaseException failure(SQLException ex) {
		int code = ex.getErrorCode() & 0xFF;
		if (code == BUSY || code == LOCKED) {
			return new DatabaseBusyException(
					"Another connection has held the database for more than " + this.busyTimeout.toMillis()
							+ " ms. Keep write transactions short, or raise the client's busy timeout",
					ex);
		}
		String advice = ADVICE.get(code);
		return new LocalDatabaseException(
				"The local database failed: " + ex.getMessage() + ((advice != null) ? ". " + advice : ""), ex);
	}

	@Override
	public void close() {
		this.access.lock();
		try {
			setBack();
			closeConnection();
		}
		finally {
			this.access.unlock();
		}
	}

	private void setBack() {
		try {
			for (Map.Entry<String, Long> setting : this.previous.entrySet()) {
				execute("PRAGMA " + setting.getKey() + " = " + setting.getValue());
			}
		}
		catch (SQLException ex) {
			// the connection is gone
		}
	}

	private void closeConnection() {
		try {
			for (PreparedStatement statement : this.statements.values()) {
				statement.close();
			}
			this.connection.close();
		}
		catch (SQLException ex) {
			// nothing is left to be saved
		}
	}

	/**
	 * Statements of a transaction.
	 *
	 * @param <T> what they result in
	 */
	public interface Work<T> {

		T run() throws SQLException;

	}

	/** A part of a transaction. */
	public interface Step {

		void run() throws SQLException;

	}

	/** Visits rows. */
	public interface Visitor {

		boolean visit(ResultSet resultSet) throws SQLException;

	}

	/**
	 * Maps a row.
	 *
	 * @param <T> to what
	 */
	public interface Mapper<T> {

		@Nullable T map(ResultSet resultSet) throws SQLException;

	}

	/** A step has rolled the transaction back. */
	private static final class RolledBackException extends RuntimeException {

		private final String name;

		private final String reason;

		RolledBackException(String name, String reason) {
			super(reason);
			this.name = name;
			this.reason = reason;
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.oversync.verification.chaos.ApplicationEdits.Edit;
import io.oversync.verification.chaos.ApplicationEdits.Row;
import io.oversync.verification.chaos.ApplicationWrite.Outcome;
import io.oversync.verification.device.TableModels;
import org.jspecify.annotations.Nullable;

/**
 * The application that the server belongs to: it writes the rows of all users by SQL, in
 * several transactions at a time, of which some stay open for long, are rolled back, or
 * lose their connection. To be used by one thread.
 */
final class ApplicationActor implements AutoCloseable {

	private static final String NAME = "oversync-chaos-application";

	/** Its own transactions get into each other's way, and uploads into theirs. */
	private static final Duration LOCK_TIMEOUT = Duration.ofMillis(700);

	private static final int NETWORK_SECONDS = 20;

	private static final int TERMINATION_MICROS = 3000;

	/** States of errors after which it is not known what has happened. */
	private static final List<String> CONNECTION_ERRORS = List.of("08", "57");

	/** States of errors that tell of a mistake in what the application does. */
	private static final List<String> MISTAKES = List.of("42", "22");

	private final String url;

	private final TableModels tables;

	private final List<String> users;

	private final Counters counters;

	private final AtomicLong numbers = new AtomicLong();

	private final List<Row> deleted = new ArrayList<>();

	private final List<Session> sessions = new ArrayList<>();

	/** In the order of the writes. */
	private final List<Written> written = new ArrayList<>();

	/**
	 * Creates an application without connections.
	 * @param url the server's database, with user and password in the URL
	 * @param tables the tables
	 * @param users the users whose rows it writes
	 * @param counters counts events
	 */
	ApplicationActor(String url, TableModels tables, List<String> users, Counters counters) {
		this.url = url + "&ApplicationName=" + NAME + "&connectTimeout=" + NETWORK_SECONDS + "&socketTimeout="
				+ NETWORK_SECONDS;
		this.tables = tables;
		this.users = List.copyOf(users);
		this.counters = counters;
	}

	/**
	 * Begins a transaction, and ends it unless it stays open.
	 * @param round the number of the round
	 * @param transaction the transaction
	 * @return a description of its outcome
	 */
	String act(int round, Transaction transaction) {
		pause(transaction.afterMillis());
		this.counters.count("transactions of the application");
		Session session;
		try {
			session = new Session(connect(), round, transaction);
		}
		catch (SQLException ex) {
			return "the application has no connection: " + ex.getMessage();
		}
		this.sessions.add(session);
		ApplicationEdits edits = new ApplicationEdits(session.connection, this.tables, this.users,
				new Random(transaction.seed()), this.numbers, this.deleted);
		String failure;
		try {
			failure = write(edits, transaction.count());
		}
		catch (RuntimeException ex) {
			session.close(Outcome.ROLLED_BACK);
			throw ex;
		}
		for (Edit edit : edits.done()) {
			Written write = new Written(edit);
			session.writes.add(write);
			this.written.add(write);
		}
		String what = "the application "
				+ (edits.done().isEmpty() ? "writes nothing"
						: edits.done().stream().map(Edit::toString).collect(Collectors.joining(", ")))
				+ " (" + transaction + ")";
		if (failure != null) {
			session.close(Outcome.ROLLED_BACK);
			return what + ", and fails: " + failure;
		}
		if (transaction.rounds() > 0) {
			return what + ", which stays open";
		}
		return what + ": " + end(session);
	}

	private static @Nullable String write(ApplicationEdits edits, int count) {
		try {
			for (int i = 0; i < count; i++) {
				edits.edit();
			}
			return null;
		}
		catch (SQLException ex) {
			String state = String.valueOf(ex.getSQLState());
			if (MISTAKES.stream().anyMatch(state::startsWith)) {
				throw new IllegalStateException("A statement of the application is wrong: " + ex.getMessage(), ex);
			}
			return String.valueOf(ex.getMessage());
		}
	}

	/**
	 * Ends the transactions that were to stay open until now.
	 * @param round the number of the round
	 * @return descriptions of their outcomes
	 */
	List<String> endDue(int round) {
		List<String> outcomes = new ArrayList<>();
		for (Session session : List.copyOf(this.sessions)) {
			if (session.round + session.transaction.rounds() <= round) {
				outcomes.add("the application's transaction of round " + session.round + ": " + end(session));
			}
		}
		return outcomes;
	}

	private String end(Session session) {
		pause(session.transaction.openMillis());
		return switch (session.transaction.ending()) {
			case COMMIT -> commit(session);
			case ROLL_BACK -> {
				session.close(Outcome.ROLLED_BACK);
				yield "rolled back";
			}
			case TERMINATE -> {
				terminate(session.pid);
				session.close(Outcome.ROLLED_BACK);
				yield "terminated";
			}
			case COMMIT_AND_TERMINATE -> {
				CompletableFuture<Void> termination = CompletableFuture.runAsync(() -> {
					LockSupport.parkNanos(TimeUnit.MICROSECONDS
						.toNanos(new Random(session.transaction.seed()).nextInt(TERMINATION_MICROS)));
					terminate(session.pid);
				});
				String outcome = commit(session);
				termination.join();
				yield outcome;
			}
		};
	}

	private String commit(Session session) {
		session.started = System.nanoTime();
		try {
			session.connection.commit();
			session.close(Outcome.COMMITTED);
			this.counters.add("rows that the application wrote", session.writes.size());
			return "committed";
		}
		catch (SQLException ex) {
			String state = String.valueOf(ex.getSQLState());
			boolean unknown = CONNECTION_ERRORS.stream().anyMatch(state::startsWith);
			session.close(unknown ? Outcome.UNKNOWN : Outcome.ROLLED_BACK);
			return (unknown ? "outcome unknown" : "failed") + ": " + ex.getMessage();
		}
	}

	private void terminate(int pid) {
		try (Connection connection = DriverManager.getConnection(this.url);
				PreparedStatement statement = connection.prepareStatement("select pg_terminate_backend(pid) from "
						+ "pg_stat_activity where pid = ? and application_name = ?")) {
			statement.setInt(1, pid);
			statement.setString(2, NAME);
			statement.execute();
		}
		catch (SQLException ex) {
			// the database is being restored, and has no connections any more
		}
	}

	private Connection connect() throws SQLException {
		Connection connection = DriverManager.getConnection(this.url);
		try (Statement statement = connection.createStatement()) {
			statement.execute("set lock_timeout = '" + LOCK_TIMEOUT.toMillis() + "ms'");
			connection.setAutoCommit(false);
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	private static void pause(int millis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	/**
	 * Ends all transactions.
	 * @return descriptions of their outcomes
	 */
	List<String> finish() {
		return endDue(Integer.MAX_VALUE);
	}

	/** Returns everything that it has written, that of each row in order. */
	List<ApplicationWrite> writes() {
		return this.written.stream().map(Written::evidence).toList();
	}

	@Override
	public void close() {
		List.copyOf(this.sessions).forEach((session) -> session.close(Outcome.ROLLED_BACK));
	}

	/** An open transaction. */
	private final class Session {

		private final Connection connection;

		private final int pid;

		private final int round;

		private final Transaction transaction;

		private final List<Written> writes = new ArrayList<>();

		private long started = System.nanoTime();

		Session(Connection connection, int round, Transaction transaction) throws SQLException {
			this.connection = connection;
			this.round = round;
			this.transaction = transaction;
			try (Statement statement = connection.createStatement();
					ResultSet result = statement.executeQuery("select pg_backend_pid()")) {
				result.next();
				this.pid = result.getInt(1);
			}
		}

		/** Ends the transaction, which is rolled back unless it was committed. */
		void close(Outcome outcome) {
			ApplicationActor.this.sessions.remove(this);
			try {
				if (outcome == Outcome.ROLLED_BACK) {
					this.connection.rollback();
				}
			}
			catch (SQLException ex) {
				// it was lost
			}
			try {
				this.connection.close();
			}
			catch (SQLException ex) {
				// it was lost
			}
			long ended = System.nanoTime();
			this.writes.forEach((write) -> write.end(outcome, this.started, ended));
		}

	}

	/** A write whose transaction ends some time. */
	private static final class Written {

		private final Edit edit;

		private Outcome outcome = Outcome.ROLLED_BACK;

		private long started;

		private long ended;

		Written(Edit edit) {
			this.edit = edit;
		}

		void end(Outcome outcome, long started, long ended) {
			this.outcome = outcome;
			this.started = started;
			this.ended = ended;
		}

		ApplicationWrite evidence() {
			return new ApplicationWrite(this.edit.row(), this.edit.formerOwner(), this.edit.owner(), this.edit.label(),
					this.edit.columns(), this.outcome, this.started, this.ended);
		}

	}

}

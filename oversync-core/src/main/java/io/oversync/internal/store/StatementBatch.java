/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.oversync.internal.store.Parameters.Binding;
import io.oversync.protocol.Deadline;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Statements on the tables of the sync schema that travel together: PostgreSQL carries
 * them out one after the other, under READ COMMITTED each with a snapshot of its own, and
 * answers all of them at once. In a small upload the round trip costs more than the work
 * in the database.
 * <p>
 * Plans do not depend on how large a table was when they were made: not those of the
 * batch, nor those of later statements of the same transaction.
 */
public final class StatementBatch {

	/** The smaller of what the session has, where 0 is none, and what is left. */
	static final String LIMIT_SETTING = """
			set_config('statement_timeout', least(nullif((extract(epoch FROM
			  current_setting('statement_timeout')::interval) * 1000)::bigint, 0), ?)::text, true)""";

	private final JdbcTemplate jdbc;

	private List<Entry> entries = new ArrayList<>();

	StatementBatch(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Adds a statement that looks at the application's tables.
	 * @param planning how it is planned
	 * @param sql the statement, without a semicolon
	 * @param parameters binds its parameters
	 * @param rows receives its rows
	 */
	public void add(Planning planning, String sql, Binding parameters, RowCallbackHandler rows) {
		this.entries.add(new Entry(planning, sql, parameters, rows));
	}

	/**
	 * Adds a statement without parameters and rows that looks at the application's
	 * tables.
	 * @param planning how it is planned
	 * @param sql the statement, without a semicolon
	 */
	public void add(Planning planning, String sql) {
		add(planning, sql, Entry.NO_PARAMETERS, Entry.NO_ROWS);
	}

	/**
	 * Adds that PostgreSQL cancels each later statement of the transaction that takes
	 * longer than is left of a deadline by now.
	 * @param deadline the deadline
	 * @return this batch
	 */
	public StatementBatch limit(Deadline deadline) {
		return (deadline == Deadline.NONE) ? this
				: set(LIMIT_SETTING, (parameters) -> parameters.number(millis(deadline)));
	}

	/** One more, so that the deadline has passed when a statement is cancelled. */
	static long millis(Deadline deadline) {
		return Math.min(Integer.MAX_VALUE, deadline.left().toMillis() + 1);
	}

	/**
	 * Adds a statement that has to come before any that reads.
	 * @param sql the statement, without a semicolon
	 * @return this batch
	 */
	StatementBatch addFirst(String sql) {
		this.entries.add(new Entry(null, sql, Entry.NO_PARAMETERS, Entry.NO_ROWS));
		return this;
	}

	/**
	 * Adds a setting of the transaction. It is sent with others in one statement, before
	 * the next statement that needs it.
	 * @param sql a call of {@code set_config}
	 * @param parameters binds its parameters
	 * @return this batch
	 */
	StatementBatch set(String sql, Binding parameters) {
		this.entries.add(Entry.setting(sql, parameters));
		return this;
	}

	StatementBatch add(String sql) {
		return add(sql, Entry.NO_PARAMETERS);
	}

	StatementBatch add(String sql, Binding parameters) {
		return add(sql, parameters, Entry.NO_ROWS);
	}

	StatementBatch add(String sql, Binding parameters, RowCallbackHandler rows) {
		add(Planning.BY_KEY, sql, parameters, rows);
		return this;
	}

	/**
	 * Adds a statement for each of several chunks, of which all but the last are carried
	 * out at once.
	 * @param <T> the type of the rows
	 * @param chunks the chunks
	 * @param statement adds the statement for a chunk
	 */
	<T> void addChunks(List<List<T>> chunks, Consumer<List<T>> statement) {
		for (int i = 0; i < chunks.size(); i++) {
			if (i > 0) {
				execute();
			}
			statement.accept(chunks.get(i));
		}
	}

	/**
	 * Runs the statements that were added since the last time, in the transaction of the
	 * caller.
	 */
	public void execute() {
		List<Entry> batch = settled(this.entries);
		this.entries = new ArrayList<>();
		String sql = batch.stream().map(Entry::sql).collect(Collectors.joining(";\n"));
		PreparedStatementCallback<Boolean> execution = (statement) -> {
			Parameters parameters = new Parameters(statement);
			for (Entry entry : batch) {
				entry.parameters.bind(parameters);
			}
			statement.execute();
			for (Entry entry : batch) {
				receive(statement, entry.rows);
				statement.getMoreResults();
			}
			return true;
		};
		this.jdbc.execute(sql, execution);
	}

	/**
	 * Inserts the settings in front of the statements that need them, those for the same
	 * place in one statement.
	 */
	private static List<Entry> settled(List<Entry> entries) {
		List<Entry> batch = new ArrayList<>(entries.size() + 4);
		List<Entry> settings = new ArrayList<>();
		Planning planning = Planning.EACH_TIME;
		for (Entry entry : entries) {
			if (entry.setting) {
				settings.add(entry);
				continue;
			}
			if (entry.planning != null) {
				planning.change(entry.planning, settings::add);
				planning = entry.planning;
				settle(settings, batch);
			}
			batch.add(entry);
		}
		planning.change(Planning.EACH_TIME, settings::add);
		settle(settings, batch);
		return batch;
	}

	private static void settle(List<Entry> settings, List<Entry> batch) {
		if (settings.isEmpty()) {
			return;
		}
		List<Entry> due = List.copyOf(settings);
		settings.clear();
		String calls = due.stream().map(Entry::sql).collect(Collectors.joining(", "));
		batch.add(new Entry(null, "SELECT " + calls, (parameters) -> {
			for (Entry setting : due) {
				setting.parameters.bind(parameters);
			}
		}, Entry.NO_ROWS));
	}

	private static void receive(PreparedStatement statement, RowCallbackHandler rows) throws SQLException {
		ResultSet resultSet = statement.getResultSet();
		while (resultSet != null && resultSet.next()) {
			rows.processRow(resultSet);
		}
	}

	/**
	 * How PostgreSQL plans a statement. Every batch leaves the transaction planning each
	 * time.
	 */
	public enum Planning {

		/**
		 * Once for a connection, and without sequential scans: for look-ups by a key of
		 * the sync schema. A plan that was made while a table is small would scan it, and
		 * be kept while it grows.
		 */
		BY_KEY("'off'", "NULL", "force_generic_plan"),

		/**
		 * As {@link #BY_KEY}, and by the index that has the order of the statement, which
		 * must not need another sort. Where several indexes begin with the same column,
		 * PostgreSQL takes any of them while its statistics know of no row: they may be
		 * from a moment at which none was committed. Not compiled, since a range of one
		 * value looks expensive.
		 */
		IN_ORDER("'off'", "'off'", "force_generic_plan"),

		/** Each time: the application's tables may lack an index. */
		EACH_TIME("NULL", "NULL", "force_custom_plan"),

		/** As PostgreSQL decides: for statements without look-ups. */
		AS_USUAL("NULL", "NULL", "auto");

		/** Null stands for the session's default. */
		private final String sequentialScans;

		/** Null stands for the session's default. */
		private final String sorts;

		private final String plans;

		Planning(String sequentialScans, String sorts, String plans) {
			this.sequentialScans = sequentialScans;
			this.sorts = sorts;
			this.plans = plans;
		}

		private void change(Planning to, Consumer<Entry> settings) {
			if (!this.sequentialScans.equals(to.sequentialScans)) {
				settings.accept(setting("enable_seqscan", to.sequentialScans));
			}
			if (!this.sorts.equals(to.sorts)) {
				settings.accept(setting("enable_sort", to.sorts));
				settings.accept(setting("jit", to.sorts));
			}
			if (!this.plans.equals(to.plans)) {
				settings.accept(setting("plan_cache_mode", "'" + to.plans + "'"));
			}
		}

		private static Entry setting(String name, String value) {
			return Entry.setting("set_config('" + name + "', " + value + ", true)", Entry.NO_PARAMETERS);
		}

	}

	/**
	 * A statement, or a setting.
	 *
	 * @param planning how it is planned, null if that does not matter
	 * @param sql its text, without a semicolon
	 * @param parameters binds its parameters
	 * @param rows receives its rows
	 * @param setting whether it is a setting
	 */
	private record Entry(@Nullable Planning planning, String sql, Binding parameters, RowCallbackHandler rows,
			boolean setting) {

		static final Binding NO_PARAMETERS = (parameters) -> {
		};

		static final RowCallbackHandler NO_ROWS = (resultSet) -> {
		};

		Entry(@Nullable Planning planning, String sql, Binding parameters, RowCallbackHandler rows) {
			this(planning, sql, parameters, rows, false);
		}

		static Entry setting(String sql, Binding parameters) {
			return new Entry(null, sql, parameters, NO_ROWS, true);
		}

	}

}

package io.oversync.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.oversync.store.Parameters.Binding;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Queries by key on tables of the sync schema that travel together outside a transaction:
 * one round trip, no begin, no commit. Each query has a snapshot of its own that is no
 * older than that of the one before. Their rows must fit into memory.
 * <p>
 * Their plans do not depend on how large a table was when they were made.
 */
public final class KeyedQueries {

	// PostgreSQL carries out everything up to the driver's Sync message in one implicit
	// transaction: the settings hold until then. SET LOCAL would log a warning there.
	private static final String BY_KEY = """
			SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
			       set_config('enable_sort', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)""";

	private final JdbcTemplate jdbc;

	private final StringBuilder sql = new StringBuilder(BY_KEY);

	private final List<Binding> parameters = new ArrayList<>();

	private final List<RowCallbackHandler> receivers = new ArrayList<>();

	/**
	 * Creates it without queries.
	 * @param dataSource the application's database
	 */
	public KeyedQueries(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Adds a query.
	 * @param query its text, without a semicolon
	 * @param binding binds its parameters
	 * @param rows receives its rows
	 * @return this
	 */
	public KeyedQueries add(String query, Binding binding, RowCallbackHandler rows) {
		this.sql.append(";\n").append(query);
		this.parameters.add(binding);
		this.receivers.add(rows);
		return this;
	}

	/**
	 * Carries the queries out, once. Fails inside a transaction, which would keep the
	 * settings.
	 */
	public void execute() {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalStateException("Keyed queries must run outside a transaction");
		}
		PreparedStatementCallback<Boolean> execution = (statement) -> {
			try {
				bind(statement);
				statement.execute();
				for (RowCallbackHandler receiver : this.receivers) {
					statement.getMoreResults();
					receive(statement.getResultSet(), receiver);
				}
				return true;
			}
			finally {
				end(statement);
			}
		};
		this.jdbc.execute(this.sql.toString(), execution);
	}

	private void bind(PreparedStatement statement) throws SQLException {
		Parameters target = new Parameters(statement);
		for (Binding binding : this.parameters) {
			binding.bind(target);
		}
	}

	private static void receive(ResultSet resultSet, RowCallbackHandler receiver) throws SQLException {
		while (resultSet.next()) {
			receiver.processRow(resultSet);
		}
	}

	/** A pool without autocommit has the driver begin a transaction. */
	private static void end(PreparedStatement statement) throws SQLException {
		if (!statement.getConnection().getAutoCommit()) {
			statement.getConnection().rollback();
		}
	}

}

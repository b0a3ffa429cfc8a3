/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.oversync.internal.store.Parameters.Binding;
import io.oversync.protocol.Deadline;

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
	// A plan that cannot do without a sort looks so expensive that it would be compiled,
	// which takes longer than it saves.
	private static final String BY_KEY = """
			SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
			       set_config('enable_sort', 'off', true), set_config('jit', 'off', true),
			       set_config('plan_cache_mode', 'force_generic_plan', true),
			       """ + StatementBatch.LIMIT_SETTING;

	private final String sql;

	private KeyedQueries(String... queries) {
		this.sql = BY_KEY + ";\n" + String.join(";\n", queries);
	}

	/**
	 * Combines queries, once for all requests.
	 * @param queries their texts, without semicolons
	 * @return the queries
	 */
	public static KeyedQueries of(String... queries) {
		return new KeyedQueries(queries);
	}

	/**
	 * Runs the queries. Fails inside a transaction, which would keep the settings.
	 * @param jdbc the application's database
	 * @param deadline PostgreSQL cancels each query that takes longer than the time left
	 * now
	 * @param binding binds the parameters of all queries
	 * @param receivers receive the rows, one for each query
	 */
	public void execute(JdbcTemplate jdbc, Deadline deadline, Binding binding, RowCallbackHandler... receivers) {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new IllegalStateException("Keyed queries must run outside a transaction");
		}
		PreparedStatementCallback<Boolean> execution = (statement) -> {
			try {
				binding.bind(new Parameters(statement).number(StatementBatch.millis(deadline)));
				statement.execute();
				for (RowCallbackHandler receiver : receivers) {
					statement.getMoreResults();
					receive(statement.getResultSet(), receiver);
				}
				return true;
			}
			finally {
				end(statement);
			}
		};
		jdbc.execute(this.sql, execution);
	}

	private static void receive(ResultSet resultSet, RowCallbackHandler receiver) throws SQLException {
		while (resultSet.next()) {
			receiver.processRow(resultSet);
		}
	}

	/** With a pool without autocommit, the driver begins a transaction. */
	private static void end(PreparedStatement statement) throws SQLException {
		if (!statement.getConnection().getAutoCommit()) {
			statement.getConnection().rollback();
		}
	}

}

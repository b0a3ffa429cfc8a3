/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Work within a transaction of the application, which goes on behind it:
 * <ol>
 * <li>The work is refused where it would not be part of that transaction, and where the
 * transaction cannot see what others commit meanwhile.</li>
 * <li>It runs in a savepoint: work that fails leaves nothing behind.</li>
 * <li>Settings, and the modes of constraints, are as before then.</li>
 * </ol>
 */
final class CallersTransaction {

	private static final String READ_COMMITTED = "read committed";

	/** What statements of the engine may set until the end of a transaction. */
	private static final List<String> SETTINGS = List.of("lock_timeout", "statement_timeout", "enable_seqscan",
			"enable_sort", "jit", "plan_cache_mode", Applying.SETTING);

	private static final String READ = """
			SELECT current_setting('transaction_isolation') AS isolation,
			       current_setting('transaction_read_only')::boolean AS read_only,
			       (SELECT string_agg(format('%%I.%%I', n.nspname, c.conname), ', ')
			        FROM pg_catalog.pg_constraint c
			        JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
			        WHERE c.condeferred AND has_schema_privilege(n.oid, 'USAGE')
			          AND NOT pg_is_other_temp_schema(n.oid)) AS deferred,
			       %s""".formatted(SETTINGS.stream()
		.map((name) -> "coalesce(current_setting('%1$s', true), '') AS \"%1$s\"".formatted(name))
		.collect(Collectors.joining(", ")));

	private static final String SAVEPOINT = "SAVEPOINT oversync_caller";

	private static final String RELEASE = "RELEASE SAVEPOINT oversync_caller";

	private static final String UNDO = "ROLLBACK TO SAVEPOINT oversync_caller; " + RELEASE;

	private final DataSource dataSource;

	private final TransactionGuard guard;

	private final JdbcTemplate jdbc;

	/**
	 * Creates it.
	 * @param dataSource the application's database
	 * @param guard refuses connections that commit by themselves
	 */
	CallersTransaction(DataSource dataSource, TransactionGuard guard) {
		this.dataSource = dataSource;
		this.guard = guard;
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Runs work.
	 * @param <T> the result type
	 * @param flush comes before the savepoint: the application's own pending writes
	 * @param work the work
	 * @return its result
	 * @throws IllegalTransactionStateException if the work cannot be part of the
	 * transaction
	 */
	<T> T run(Runnable flush, Supplier<T> work) {
		requireSameDatabase();
		this.guard.requireTransaction();
		State before = this.jdbc.queryForObject(READ, (resultSet, row) -> State.of(resultSet));
		if (before == null) {
			throw new IllegalStateException("PostgreSQL does not tell its settings");
		}
		before.requireFitting();
		flush.run();
		this.jdbc.execute(SAVEPOINT);
		try {
			T result = work.get();
			restore(before);
			return result;
		}
		catch (RuntimeException | Error ex) {
			undo(ex);
			throw ex;
		}
	}

	private void requireSameDatabase() {
		if (!(TransactionSynchronizationManager.getResource(this.dataSource) instanceof ConnectionHolder)) {
			String name = TransactionSynchronizationManager.getCurrentTransactionName();
			throw new IllegalTransactionStateException(("Nothing was written: the current transaction%s is not one of"
					+ " Oversync's DataSource, so its commit would not save what is written. Use the transaction"
					+ " manager of that DataSource, as in @Transactional(\"...\"), or call without a transaction; the"
					+ " start-up line of Oversync in the log names the DataSource")
				.formatted((name != null) ? " (" + name + ")" : ""));
		}
	}

	private void restore(State before) {
		String calls = before.settings.keySet()
			.stream()
			.map((name) -> "set_config('" + name + "', ?, true)")
			.collect(Collectors.joining(", "));
		this.jdbc.query("SELECT " + calls, (resultSet) -> {
		}, before.settings.values().toArray());
		StringJoiner end = new StringJoiner("; ");
		if (before.deferred != null) {
			end.add("SET CONSTRAINTS " + before.deferred + " DEFERRED");
		}
		this.jdbc.execute(end.add(RELEASE).toString());
	}

	private void undo(Throwable failure) {
		try {
			this.jdbc.execute(UNDO);
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * The transaction before the work.
	 *
	 * @param isolation its isolation level
	 * @param readOnly whether it cannot write
	 * @param deferred the constraints that transactions defer by default, null for none
	 * @param settings by name
	 */
	private record State(String isolation, boolean readOnly, @Nullable String deferred, Map<String, String> settings) {

		static State of(ResultSet resultSet) throws SQLException {
			Map<String, String> settings = new LinkedHashMap<>();
			for (String name : SETTINGS) {
				settings.put(name, resultSet.getString(name));
			}
			return new State(resultSet.getString("isolation"), resultSet.getBoolean("read_only"),
					resultSet.getString("deferred"), settings);
		}

		void requireFitting() {
			if (this.readOnly) {
				throw new IllegalTransactionStateException("Nothing was written: the current transaction is read-only."
						+ " Use one that may write, without readOnly = true");
			}
			if (!READ_COMMITTED.equals(this.isolation)) {
				throw new IllegalTransactionStateException(("Nothing was written: the current transaction has the"
						+ " isolation level %s, in which it does not see what devices have uploaded since it began."
						+ " Use READ COMMITTED, PostgreSQL's default, or call in a transaction of its own"
						+ " (Propagation.REQUIRES_NEW)")
					.formatted(this.isolation));
			}
		}

	}

}

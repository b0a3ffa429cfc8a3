/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.capture;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.CapturedRows;
import io.oversync.internal.store.SqlStates;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Installs the triggers that capture the application's writes, or checks that they are
 * installed.
 * <ol>
 * <li>What is there is compared with what the tables need. If all is well, nothing is
 * locked and nothing is written.</li>
 * <li>Each table that differs gets a transaction of its own, one node at a time: its
 * triggers are created or replaced, and its capture generation is raised, so that rows
 * that were written meanwhile are compared.</li>
 * <li>That takes a lock on the table, which waits for its writers, while all others wait
 * behind. So it gives up soon, and tries again.</li>
 * <li>Functions of tables that are not captured any more are dropped, with their
 * triggers.</li>
 * </ol>
 */
public final class CaptureInstaller {

	private static final Log logger = LogFactory.getLog(CaptureInstaller.class);

	/** One node at a time; released with the transaction. */
	private static final String ONE_AT_A_TIME = "SELECT pg_catalog.pg_advisory_xact_lock(8243107735022)";

	private static final Patience AT_START = new Patience(20, Duration.ofMillis(500), Duration.ofMillis(250));

	private static final Patience WHILE_RUNNING = new Patience(2, Duration.ofMillis(250), Duration.ofMillis(50));

	private static final Set<String> HELD = Set.of("55P03", "40P01", "40001");

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private static final String READ_ONLY = "25006";

	private static final String ELSE = "set capture: false on the table's entry in oversync.registered-tables.";

	private final CaptureMode mode;

	private final Patience patience;

	private final JdbcTemplate jdbc;

	private final CaptureState state;

	private final TransactionTemplate transaction;

	/**
	 * Creates the installer.
	 * @param dataSource the application's database
	 * @param mode whether to install, to check, or neither
	 */
	public CaptureInstaller(DataSource dataSource, CaptureMode mode) {
		this(dataSource, mode, AT_START);
	}

	CaptureInstaller(DataSource dataSource, CaptureMode mode, Patience patience) {
		this.mode = mode;
		this.patience = patience;
		this.jdbc = new JdbcTemplate(dataSource);
		this.state = new CaptureState(this.jdbc);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	/**
	 * Does what the mode says, while the application starts.
	 * @param catalog the registered tables
	 * @return whether definitions of tables have changed, so that the catalog has to be
	 * read again
	 * @throws OversyncStartupException if writes are not captured as they should be
	 */
	public boolean install(TableCatalog catalog) {
		return switch (this.mode) {
			case MIGRATE -> migrate(catalog, this.patience);
			case VALIDATE -> {
				validate(catalog);
				yield false;
			}
			case OFF -> {
				warnOfLeftovers(Set.of());
				yield false;
			}
		};
	}

	/**
	 * Looks again while the application is running, after definitions of tables have
	 * changed. What is wrong goes to the log, since requests of devices go on.
	 * @param catalog the registered tables
	 * @return whether definitions of tables have changed once more
	 */
	public boolean follow(TableCatalog catalog) {
		if (this.mode == CaptureMode.OFF) {
			return false;
		}
		try {
			if (this.mode == CaptureMode.MIGRATE) {
				return migrate(catalog, WHILE_RUNNING);
			}
			validate(catalog);
		}
		catch (OversyncStartupException ex) {
			logger.error("Devices do not receive all that the application writes: " + ex.getMessage(), ex.getCause());
		}
		catch (DataAccessException | TransactionException ex) {
			logger.error("It cannot be checked whether all that the application writes is captured", ex);
		}
		return false;
	}

	private boolean migrate(TableCatalog catalog, Patience patience) {
		boolean changed = false;
		for (SyncedTable table : captured(catalog)) {
			if (!findStatements(table).isEmpty()) {
				changed |= repeat(patience, table.relation().toString(), () -> migrate(table));
			}
		}
		for (long leftover : findLeftovers(ids(catalog))) {
			changed |= repeat(patience, "a table that is not captured any more", () -> drop(leftover));
		}
		return changed;
	}

	private boolean migrate(SyncedTable table) {
		// another node may have done it
		List<String> statements = this.state.findStatements(table);
		statements.forEach(this.jdbc::execute);
		if (!statements.isEmpty()) {
			logger.info("What the application writes to %s is captured from now on".formatted(table.relation()));
		}
		return !statements.isEmpty();
	}

	private boolean drop(long tableId) {
		this.jdbc.execute(CaptureSql.drop(tableId));
		logger.info("Removed the triggers of a table that is not captured any more (%s)"
			.formatted(CaptureSql.function(tableId)));
		return true;
	}

	private void validate(TableCatalog catalog) {
		Map<Relation, List<String>> missing = new LinkedHashMap<>();
		for (SyncedTable table : captured(catalog)) {
			List<String> statements = findStatements(table);
			if (!statements.isEmpty()) {
				missing.put(table.relation(), statements);
			}
		}
		if (!missing.isEmpty()) {
			throw new OversyncStartupException(
					"What the application writes to %s is not captured: triggers of Oversync are missing, disabled or differ from what they should be (oversync.capture.mode=validate)."
						.formatted(missing.keySet().stream().map(Relation::toString).collect(Collectors.joining(", "))),
					"Run the following as a role that may create functions in the schema sync and triggers on the tables, or start once with oversync.capture.mode=migrate, or "
							+ ELSE + "\n\n" + script(missing));
		}
		warnOfLeftovers(ids(catalog));
	}

	private static String script(Map<Relation, List<String>> missing) {
		StringBuilder script = new StringBuilder();
		missing.forEach((relation, statements) -> {
			script.append("-- ").append(relation.toString().replaceAll("\\s", " ")).append("\nBEGIN;\n");
			statements.forEach((statement) -> script.append(statement).append(";\n"));
			script.append("COMMIT;\n");
		});
		return script.toString();
	}

	/** The queue of a table that is not absorbed grows for ever. */
	private void warnOfLeftovers(Set<Long> needed) {
		try {
			List<Long> leftovers = findLeftovers(needed);
			if (!leftovers.isEmpty()) {
				List<String> statements = new ArrayList<>(leftovers.stream().map(CaptureSql::drop).toList());
				if (needed.isEmpty()) {
					statements.add(CapturedRows.CLEAR);
				}
				logger.warn(
						"Triggers of Oversync still note writes that no device will receive, so that %s grows with each of them. Remove them: %s;"
							.formatted(CapturedRows.TABLE, String.join("; ", statements)));
			}
		}
		catch (DataAccessException ex) {
			logger.debug("It cannot be checked whether triggers are left over", ex);
		}
	}

	private List<String> findStatements(SyncedTable table) {
		List<String> statements = this.transaction.execute((status) -> this.state.findStatements(table));
		return (statements != null) ? statements : List.of();
	}

	private List<Long> findLeftovers(Set<Long> needed) {
		List<Long> leftovers = this.transaction.execute((status) -> this.state.findLeftovers(needed));
		return (leftovers != null) ? leftovers : List.of();
	}

	private static List<SyncedTable> captured(TableCatalog catalog) {
		return catalog.tables().stream().filter((table) -> table.captured() && table.problem() == null).toList();
	}

	/** Also those with a problem: their triggers stay. */
	private static Set<Long> ids(TableCatalog catalog) {
		return catalog.tables()
			.stream()
			.filter(SyncedTable::captured)
			.map((table) -> (long) table.id())
			.collect(Collectors.toSet());
	}

	private boolean repeat(Patience patience, String table, Work work) {
		for (int attempt = 1;; attempt++) {
			try {
				return Boolean.TRUE.equals(this.transaction.execute((status) -> {
					this.jdbc.execute(ONE_AT_A_TIME);
					this.jdbc.execute("SET LOCAL lock_timeout = " + patience.lockTimeout.toMillis());
					return work.run();
				}));
			}
			catch (DataAccessException ex) {
				SQLException cause = SqlStates.find(ex);
				String state = (cause != null) ? String.valueOf(cause.getSQLState()) : "";
				if (!HELD.contains(state) || attempt >= patience.attempts || !patience.pause()) {
					throw failure(table, state, ex);
				}
				logger.debug("Triggers on " + table + " have to wait for its writers", ex);
			}
		}
	}

	private static OversyncStartupException failure(String table, String state, DataAccessException cause) {
		if (HELD.contains(state)) {
			return new OversyncStartupException(
					"The triggers that capture what the application writes to %s cannot be changed: other transactions hold the table."
						.formatted(table),
					"Look for a long transaction (pg_stat_activity, pg_locks), end it, and start again. Or " + ELSE,
					cause);
		}
		if (INSUFFICIENT_PRIVILEGE.equals(state)) {
			return new OversyncStartupException(
					"The role of the application's DataSource may not change the triggers that capture what the application writes to %s: %s."
						.formatted(table, cause.getMostSpecificCause().getMessage()),
					"Let an administrator run: GRANT CREATE ON SCHEMA sync TO <role>; GRANT TRIGGER ON <table> TO <role>;. Or set oversync.capture.mode=validate: it prints the SQL that an administrator can run instead. Or "
							+ ELSE,
					cause);
		}
		if (READ_ONLY.equals(state)) {
			return new OversyncStartupException(
					"What the application writes to %s is not captured, and the database is read-only, so that triggers cannot be created."
						.formatted(table),
					"Start once on the primary, or set oversync.capture.mode=off for servers that only read. Or "
							+ ELSE,
					cause);
		}
		return new OversyncStartupException(
				"The triggers that capture what the application writes to %s cannot be changed: %s.".formatted(table,
						cause.getMostSpecificCause().getMessage()),
				"Correct what the database complains about. Or " + ELSE, cause);
	}

	/** A part of the work, in a transaction of its own. */
	@FunctionalInterface
	private interface Work {

		/**
		 * Does it.
		 * @return whether anything was changed
		 */
		boolean run();

	}

	/**
	 * How long locks are waited for.
	 *
	 * @param attempts how often, 1 or more
	 * @param lockTimeout how long at a time, while all writers of the table wait, too
	 * @param pauseBetween how long writers go on in between
	 */
	record Patience(int attempts, Duration lockTimeout, Duration pauseBetween) {

		/** Returns whether to go on. */
		boolean pause() {
			try {
				Thread.sleep(this.pauseBetween.toMillis());
				return true;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessWriter.ValuedRow;
import io.oversync.internal.materialize.ReferenceGuard.Written;
import io.oversync.internal.materialize.Trials.Trial;
import io.oversync.internal.store.Applying;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.SqlStates;
import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.RowFailure;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.TableName;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes rows in bulk, all or none of them: within a savepoint, in which every constraint
 * is checked before it is released. A violation that shows at commit would refuse the
 * whole upload.
 * <p>
 * If a handler takes part, its persistence context is flushed before constraints are
 * checked, and cleared when the rows are rolled back.
 */
final class StepWriter {

	private static final Log logger = LogFactory.getLog(StepWriter.class);

	static final String DEFER = "SET CONSTRAINTS ALL DEFERRED";

	static final String CHECK = "SET CONSTRAINTS ALL IMMEDIATE";

	private static final String BEGIN = "SAVEPOINT oversync; " + DEFER;

	// of what the session has, where 0 is none; a rollback undoes it
	private static final String LIMIT = """
			; SELECT set_config('oversync.timeout', current_setting('statement_timeout'), true),
			    set_config('statement_timeout', least(nullif((extract(epoch FROM
			      current_setting('statement_timeout')::interval) * 1000)::bigint, 0), %d)::text, true)""";

	private static final String UNLIMIT = """
			; SELECT set_config('statement_timeout', current_setting('oversync.timeout'), true)""";

	private static final String RELEASE = "RELEASE SAVEPOINT oversync";

	private static final String UNDO = "ROLLBACK TO SAVEPOINT oversync; RELEASE SAVEPOINT oversync";

	private static final Duration MAX_LIMIT = Duration.ofDays(1);

	private final BusinessWriter writer;

	private final TableCatalog catalog;

	private final ReferenceGuard guard;

	private final Definitions definitions;

	private final JdbcTemplate jdbc;

	private final Trials trials;

	private final TransactionMarks marks = TransactionMarks.create();

	private final HandlerCalls handlerCalls;

	/** Whether triggers have to know the engine's writes. */
	private final boolean captured;

	private final String begin;

	private final String release;

	StepWriter(DataSource dataSource, TableCatalog catalog) {
		this.writer = new BusinessWriter(dataSource, catalog);
		this.catalog = catalog;
		this.guard = new ReferenceGuard(catalog);
		this.definitions = new Definitions(dataSource);
		this.jdbc = new JdbcTemplate(dataSource);
		this.handlerCalls = new HandlerCalls(dataSource, catalog, this.marks);
		this.trials = new Trials(dataSource, catalog);
		this.captured = catalog.isCaptured();
		this.begin = this.captured ? BEGIN + "; " + Applying.BEGIN : BEGIN;
		this.release = this.captured ? RELEASE + "; " + Applying.END : RELEASE;
	}

	/**
	 * Prepares to write rows quickly.
	 * @param owner the owner
	 * @param steps the rows, each once
	 * @return null unless that is possible
	 */
	@Nullable QuickWrite quickly(Owner owner, List<Step> steps) {
		return QuickWrite.of(steps, owner, this.writer);
	}

	/**
	 * Adds the statements of a quick write to others.
	 * @param quick the rows
	 * @param batch takes them
	 */
	void add(QuickWrite quick, StatementBatch batch) {
		quick.addTo(batch, this.guard, this.definitions, this.captured);
	}

	/**
	 * Tries to write rows. A failed attempt leaves nothing behind.
	 * @param owner the owner
	 * @param steps the rows, each once: upserts before deletes
	 * @param limit ends each of its statements
	 * @return what came of it
	 * @throws RuntimeException for errors that say nothing about rows
	 */
	Attempt attempt(Owner owner, List<Step> steps, Deadline limit) {
		List<RowFailure> refused = new ArrayList<>();
		RuntimeException error = within(steps, limit, () -> {
			Written written = new Written();
			refused.addAll(write(owner, steps, written));
			end(owner, steps, written, isLimit(limit));
		});
		return new Attempt(error, (error != null) ? List.of() : refused);
	}

	/**
	 * Tries rows one by one within the database. An attempt that fails as a whole leaves
	 * nothing behind.
	 * @param owner the owner
	 * @param steps the rows, without those of handlers and those with an error of their
	 * own
	 * @param watching whether to stop where a unique value is in the way
	 * @param millis about how long it may take
	 * @return the outcome of the first of them
	 * @throws RuntimeException for errors that say nothing about rows
	 */
	Attempt tryEach(Owner owner, List<Step> steps, boolean watching, long millis) {
		List<Trial> trials = new ArrayList<>(1);
		RuntimeException error = within(steps, Deadline.NONE, () -> {
			trials.add(this.trials.run(owner, steps, watching, millis));
			end(owner, steps, new Written(), false);
		});
		return new Attempt(error, List.of(), (error != null) ? null : trials.get(0));
	}

	/** Returns the error that was undone, null for none. */
	private @Nullable RuntimeException within(List<Step> steps, Deadline limit, Runnable work) {
		long start = System.nanoTime();
		long limitMillis = limit.left().toMillis() + 1;
		try {
			this.jdbc.execute(isLimit(limit) ? this.begin + LIMIT.formatted(limitMillis) : this.begin);
			work.run();
			return null;
		}
		catch (RuntimeException ex) {
			if (!WriteErrors.isAboutRows(ex)) {
				throw ex;
			}
			long millis = (System.nanoTime() - start) / 1_000_000;
			logger.debug("Rows were not written, and are tried again in smaller parts", ex);
			undo(steps);
			if (SqlStates.isCancellation(ex) && millis < limitMillis && !timedOut(millis)) {
				// cancelled by an administrator, or by a timeout of the transaction
				throw ex;
			}
			return ex;
		}
	}

	/** PostgreSQL's longest limit is about 25 days. */
	private static boolean isLimit(Deadline limit) {
		return limit.left().compareTo(MAX_LIMIT) < 0;
	}

	/**
	 * Checks every constraint, and that the tables are what the catalog says: they are
	 * locked by now, so that it holds for all that was written.
	 */
	private void end(Owner owner, List<Step> steps, Written written, boolean limited) {
		try {
			this.definitions.requireAtEnd(tables(steps), (batch) -> {
				batch.add(Planning.EACH_TIME, CHECK);
				this.guard.addChecks(batch, written, owner);
			}, limited ? this.release + UNLIMIT : this.release);
		}
		catch (DataAccessException ex) {
			throw ReferenceGuard.translate(ex);
		}
	}

	/**
	 * Requires that tables are what the catalog says, before a row is blamed.
	 * @param steps the writes that failed
	 */
	void requireDefinitions(List<Step> steps) {
		this.definitions.require(tables(steps));
	}

	/** The tables of writes, and those that deletes may reach. */
	private Collection<SyncedTable> tables(List<Step> steps) {
		Map<TableName, SyncedTable> tables = new LinkedHashMap<>();
		for (Step step : steps) {
			tables.putIfAbsent(step.table().name(), step.table());
			if (step.write().isDelete()) {
				for (ForeignKey foreignKey : this.catalog.referencesTo(step.table().name())) {
					tables.putIfAbsent(foreignKey.child(), this.catalog.get(foreignKey.child()));
				}
			}
		}
		return tables.values();
	}

	private void undo(List<Step> steps) {
		this.jdbc.execute(UNDO);
		if (steps.stream().anyMatch((step) -> step.handler() != null)) {
			this.marks.reset();
		}
	}

	private boolean timedOut(long millis) {
		Long timeout = this.jdbc.queryForObject(
				"SELECT setting::bigint FROM pg_catalog.pg_settings WHERE name = 'statement_timeout'", Long.class);
		return timeout != null && timeout > 0 && millis >= timeout;
	}

	private List<RowFailure> write(Owner owner, List<Step> steps, Written written) {
		List<RowFailure> refused = new ArrayList<>();
		Map<Group, List<Step>> groups = new LinkedHashMap<>();
		for (Step step : steps) {
			if (step.error() != null) {
				refused.add(new RowFailure(step.write(), step.error()));
				continue;
			}
			groups.computeIfAbsent(new Group(step.table(), step.write().isDelete()), (group) -> new ArrayList<>())
				.add(step);
		}
		groups.forEach((group, members) -> refused.addAll(write(owner, group, members, written)));
		return refused;
	}

	private List<RowFailure> write(Owner owner, Group group, List<Step> members, Written written) {
		List<BusinessWrite> writes = members.stream().map(Step::write).toList();
		MaterializationHandler handler = members.get(0).handler();
		if (handler != null) {
			call(handler, owner, group, writes);
			return List.of();
		}
		if (group.delete) {
			return this.writer.delete(group.table, writes, owner);
		}
		List<ValuedRow> rows = new ArrayList<>(members.size());
		for (Step step : members) {
			if (step.values() != null) {
				rows.add(new ValuedRow(step.write(), step.values()));
			}
		}
		List<RowFailure> refused = this.writer.upsert(group.table, rows, owner);
		written.add(group.table, writes, refused);
		return refused;
	}

	/** What a handler writes to other tables is the application's. */
	private void call(MaterializationHandler handler, Owner owner, Group group, List<BusinessWrite> writes) {
		if (this.captured) {
			this.jdbc.execute(group.table.captured() ? Applying.begin(group.table.id()) : Applying.END);
		}
		if (group.delete) {
			this.handlerCalls.delete(handler, owner, writes);
		}
		else {
			this.handlerCalls.upsert(handler, owner, group.table, writes);
		}
		if (this.captured) {
			this.jdbc.execute(Applying.BEGIN);
		}
	}

	/**
	 * The outcome of an attempt.
	 *
	 * @param error why nothing was written, null when it was
	 * @param refused rows that were left out although the others were written
	 * @param trial the outcome of rows that were tried one by one
	 */
	record Attempt(@Nullable RuntimeException error, List<RowFailure> refused, @Nullable Trial trial) {

		Attempt(@Nullable RuntimeException error, List<RowFailure> refused) {
			this(error, refused, null);
		}

	}

	private record Group(SyncedTable table, boolean delete) {
	}

}

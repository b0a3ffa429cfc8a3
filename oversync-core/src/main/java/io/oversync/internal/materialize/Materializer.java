/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.RowFailure;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.protocol.Deadline;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes applied changes into the business tables (protocol §2.2). Values are converted
 * in memory, where a row with a value that its column cannot hold fails; then
 * {@link Materialization} writes the rows.
 * <p>
 * An error judges rows only if it is a data access failure or the failure of a handler.
 * Transient trouble of the database and defects of the engine end the upload, and so does
 * a table that is no longer what the catalog says.
 */
public final class Materializer {

	private final TableCatalog catalog;

	private final MaterializationHandlers handlers;

	private final StepWriter writer;

	private final MovingRows movingRows;

	private final JdbcTemplate jdbc;

	/**
	 * Creates the materialiser.
	 * @param dataSource the application's database
	 * @param catalog the registered tables
	 * @param handlers the application's handlers, at most one a table
	 */
	public Materializer(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers) {
		this.catalog = catalog;
		this.handlers = new MaterializationHandlers(catalog, handlers);
		this.handlers.requireForRules(catalog);
		this.writer = new StepWriter(dataSource, catalog);
		this.movingRows = new MovingRows(dataSource, catalog);
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Sends the pending writes of an object-relational mapper, in the transaction of the
	 * caller, to the database.
	 */
	public void flush() {
		TransactionMarks.create().flush();
	}

	/**
	 * Writes rows, in the transaction of the caller.
	 * @param owner the owner
	 * @param writes the writes, each row once: upserts first, parents before children,
	 * then deletes, children before parents
	 * @param deadline when it must be done; rows for which there was no time are failures
	 * @return which rows were written in the end, and which could not be
	 */
	public Result write(Owner owner, List<BusinessWrite> writes, Deadline deadline) {
		return run(owner, steps(writes), deadline);
	}

	/**
	 * Writes rows as {@link #write} does, after other statements, which travel with the
	 * first of its own where possible.
	 * @param owner the owner
	 * @param writes the writes, as for {@link #write}
	 * @param batch the statements
	 * @param deadline as for {@link #write}
	 * @return which rows were written in the end, and which could not be
	 */
	public Result writeBehind(StatementBatch batch, Owner owner, List<BusinessWrite> writes, Deadline deadline) {
		List<Step> steps = steps(writes);
		QuickWrite quick = this.writer.quickly(owner, steps);
		if (quick == null) {
			batch.execute();
			return run(owner, steps, deadline);
		}
		this.writer.add(quick, batch);
		try {
			batch.execute();
		}
		catch (DataAccessException ex) {
			if (!WriteErrors.isAboutRows(ex) || !undo(ex)) {
				throw ex;
			}
			return run(owner, steps, deadline);
		}
		if (!quick.isDone()) {
			this.jdbc.execute(QuickWrite.UNDO);
			return run(owner, steps, deadline);
		}
		return new Result(steps.stream().map(Step::row).collect(Collectors.toSet()), List.of());
	}

	/** Returns whether the rows failed, not the statements before them. */
	private boolean undo(DataAccessException failure) {
		try {
			this.jdbc.execute(QuickWrite.UNDO);
			return true;
		}
		catch (DataAccessException ex) {
			failure.addSuppressed(ex);
			return false;
		}
	}

	private List<Step> steps(List<BusinessWrite> writes) {
		List<Step> steps = new ArrayList<>(writes.size());
		for (BusinessWrite write : writes) {
			SyncedTable table = this.catalog.get(write.row().table());
			MaterializationHandler handler = this.handlers.find(table.name());
			if (table.materialized() || table.problem() != null || handler != null) {
				steps.add(Step.of(table, write, handler));
			}
		}
		return steps;
	}

	private Result run(Owner owner, List<Step> steps, Deadline deadline) {
		return new Materialization(this.writer, this.movingRows, owner, steps, deadline).run();
	}

	/**
	 * The outcome of writing rows.
	 *
	 * @param written the rows that are in their tables as planned
	 * @param failures the rows that are not
	 */
	public record Result(Set<RowKey> written, List<RowFailure> failures) {
	}

}

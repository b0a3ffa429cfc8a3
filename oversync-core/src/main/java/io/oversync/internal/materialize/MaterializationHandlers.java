/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * The application's handlers by table.
 */
final class MaterializationHandlers {

	private final Map<TableName, MaterializationHandler> byTable = new HashMap<>();

	MaterializationHandlers(TableCatalog catalog, List<MaterializationHandler> handlers) {
		for (MaterializationHandler handler : handlers) {
			TableName table = TableName.parse(handler.table());
			if (catalog.find(table) == null) {
				throw new OversyncStartupException(
						"The MaterializationHandler %s is for the table %s, which is not registered for sync."
							.formatted(handler.getClass().getName(), table),
						"Add the table to oversync.registered-tables, or correct what the handler's table() returns.");
			}
			MaterializationHandler other = this.byTable.put(table, handler);
			if (other != null) {
				throw new OversyncStartupException("The table %s has two MaterializationHandlers: %s and %s."
					.formatted(table, other.getClass().getName(), handler.getClass().getName()), "Keep one of them.");
			}
		}
	}

	/**
	 * Checks that the tables without a handler can be written by the engine's statements.
	 * @param catalog the registered tables
	 */
	void requireForRules(TableCatalog catalog) {
		for (SyncedTable table : catalog.tables()) {
			if (table.ownership().writeRules() && find(table.name()) == null) {
				throw new OversyncStartupException(
						"The registered table %s has a rule for INSERT or UPDATE, which rules out INSERT … ON CONFLICT."
							.formatted(table.name()),
						"Replace the rule by a trigger, write the table with a MaterializationHandler, or set"
								+ " materialize: false on its entry.");
			}
		}
	}

	@Nullable MaterializationHandler find(TableName table) {
		return this.byTable.get(table);
	}

	/**
	 * Calls a handler.
	 * @param handler the handler
	 * @param rows the rows
	 * @param delete whether they are to be deleted
	 * @param marks the marks that handlers leave
	 * @throws HandlerFailureException if it fails or marks the transaction rollback-only
	 */
	static void call(MaterializationHandler handler, List<MaterializedRow> rows, boolean delete,
			TransactionMarks marks) {
		try {
			if (delete) {
				handler.deleteAll(rows);
			}
			else {
				handler.upsertAll(rows);
			}
			if (!marks.isRollbackOnly()) {
				marks.flush();
			}
		}
		// also checked exceptions, which handlers in other languages throw undeclared
		catch (Exception | StackOverflowError | AssertionError | LinkageError ex) {
			throw new HandlerFailureException(ex);
		}
		if (marks.isRollbackOnly()) {
			throw new HandlerFailureException("A materialization handler marked the transaction rollback-only");
		}
	}

}

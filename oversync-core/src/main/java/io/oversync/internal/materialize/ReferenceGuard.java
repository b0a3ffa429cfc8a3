/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.SqlStates;
import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.RowFailure;
import io.oversync.materialize.MaterializationException;

import org.springframework.dao.DataAccessException;

/**
 * Ensures that no written row refers to a row of another user, by any foreign key and for
 * any reason. The statements that write rows refuse those whose parents they see; this
 * looks again once the database has checked the foreign keys, and so holds the parents
 * fast: at parents that came since, at columns that defaults or triggers filled, and
 * behind row-level security. It acts as a constraint of the database would: with an error
 * that undoes to the savepoint.
 */
final class ReferenceGuard {

	/** Stands in an error that PostgreSQL raises for the cast of a text to a number. */
	private static final String MARK = "oversync: refers to a row of another user";

	private final ReferenceSql sql;

	ReferenceGuard(TableCatalog catalog) {
		this.sql = new ReferenceSql(catalog);
	}

	/**
	 * Adds the checks of what was written, behind the one of the foreign keys.
	 * @param batch takes the statements
	 * @param written the rows
	 * @param owner the user
	 */
	void addChecks(StatementBatch batch, Written written, Owner owner) {
		written.keys.forEach((table, keys) -> batch.add(Planning.EACH_TIME, check(this.sql, table), (parameters) -> {
			parameters.uuids(keys, (key) -> key);
			OwnerSql.bind(parameters, owner);
		}, (row) -> {
		}));
	}

	/**
	 * Writes the check of rows of a table.
	 * @param sql writes the condition
	 * @param table the table
	 * @return a query that raises an error for a row that refers to another user's; for
	 * its parameters see {@link ReferenceSql#strayRow}
	 */
	static String check(ReferenceSql sql, SyncedTable table) {
		return sql.strayRow(table, "('" + MARK + "'||c.pk)::integer");
	}

	/**
	 * Recognises the error that a check raises.
	 * @param error the error
	 * @return the error to throw in its place
	 */
	static RuntimeException translate(DataAccessException error) {
		return String.valueOf(SqlStates.find(error)).contains(MARK)
				? new MaterializationException(Refusals.REFERS_TO_OTHERS) : error;
	}

	/** Rows that were written and may refer to others. */
	static final class Written {

		private final Map<SyncedTable, Set<UUID>> keys = new LinkedHashMap<>();

		/**
		 * Notes rows.
		 * @param table their table
		 * @param rows the rows that were to be written
		 * @param refused those that were not
		 */
		void add(SyncedTable table, Collection<BusinessWrite> rows, Collection<RowFailure> refused) {
			if (table.ownership().references().isEmpty()) {
				return;
			}
			Set<UUID> added = this.keys.computeIfAbsent(table, (key) -> new HashSet<>());
			rows.forEach((row) -> added.add(row.row().pk()));
			refused.forEach((failure) -> added.remove(failure.write().row().pk()));
		}

	}

}

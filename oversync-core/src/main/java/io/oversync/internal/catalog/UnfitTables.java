/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.oversync.protocol.TableName;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The handling of registered tables that are missing or cannot be synced.
 */
interface UnfitTables {

	/**
	 * Finds a replacement for a table.
	 * @param name the table
	 * @param definition its definition in the database
	 * @param reason why it cannot be synced
	 * @return the table for the catalog
	 */
	SyncedTable replace(TableName name, String definition, OversyncStartupException reason);

	/**
	 * Completes the tables after replacements.
	 * @param tables all tables
	 * @param found those that exist in the database
	 * @return the tables of the catalog
	 */
	List<SyncedTable> complete(List<SyncedTable> tables, Map<TableName, FoundTable> found);

	/** They prevent the application from starting. */
	final class Strict implements UnfitTables {

		@Override
		public SyncedTable replace(TableName name, String definition, OversyncStartupException reason) {
			throw reason;
		}

		@Override
		public List<SyncedTable> complete(List<SyncedTable> tables, Map<TableName, FoundTable> found) {
			return tables;
		}

	}

	/** They stay as they were in the last catalog, but are not written. */
	final class Kept implements UnfitTables {

		private static final Log logger = LogFactory.getLog(UnfitTables.class);

		private final TableCatalog last;

		Kept(TableCatalog last) {
			this.last = last;
		}

		@Override
		public SyncedTable replace(TableName name, String definition, OversyncStartupException reason) {
			SyncedTable table = this.last.get(name);
			if (!reason.getProblem().equals(table.problem())) {
				logger.error("Rows of devices are not written to " + name + " until this is corrected; the server goes"
						+ " on without: " + reason.getMessage());
			}
			return table.withProblem(definition, reason.getProblem());
		}

		/**
		 * Foreign keys vanish together with the table that they refer to, but go on
		 * binding its rows.
		 */
		@Override
		public List<SyncedTable> complete(List<SyncedTable> tables, Map<TableName, FoundTable> found) {
			List<TableName> unfit = tables.stream()
				.filter((table) -> table.problem() != null)
				.map(SyncedTable::name)
				.toList();
			return tables.stream().map((table) -> complete(table, unfit, found.get(table.name()))).toList();
		}

		private SyncedTable complete(SyncedTable table, List<TableName> unfit, @Nullable FoundTable found) {
			SyncedTable before = this.last.get(table.name());
			if (table.problem() == null && before.problem() != null) {
				logger.info("Rows of devices are written to " + table.name() + " again");
			}
			List<ForeignKey> references = new ArrayList<>(table.references());
			for (ForeignKey reference : before.references()) {
				if (unfit.contains(reference.parent())
						&& (!table.materialized() || (found != null && found.find(reference.column()) != null))
						&& references.stream().noneMatch((other) -> isSame(other, reference))) {
					references.add(reference);
				}
			}
			return (references.size() > table.references().size()) ? table.withReferences(references) : table;
		}

		private static boolean isSame(ForeignKey one, ForeignKey other) {
			return one.column().equals(other.column()) && one.parent().equals(other.parent());
		}

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.DefinitionsChangedException;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Outcome;
import io.oversync.protocol.TableName;

/**
 * Confirms that the foreign keys that refused changes still exist. A refusal writes
 * nothing, so that no other check would show that the catalog is out of date, and clients
 * would drop the change or send it forever.
 */
final class RefusalCheck {

	private final TableCatalog catalog;

	private final Definitions definitions;

	RefusalCheck(TableCatalog catalog, Definitions definitions) {
		this.catalog = catalog;
		this.definitions = definitions;
	}

	/**
	 * Confirms the refusals of single changes.
	 * @param tables the tables whose definitions made them invalid
	 * @return the number of tables
	 * @throws DefinitionsChangedException if one is not as the catalog says
	 */
	int confirm(Collection<SyncedTable> tables) {
		this.definitions.require(tables);
		return tables.size();
	}

	/**
	 * Confirms the decisions about an upload.
	 * @param changes its changes
	 * @param outcomes the decisions by the index of the change
	 * @throws DefinitionsChangedException if a table that may have refused one is not as
	 * the catalog says
	 */
	void confirm(List<Change> changes, Map<Integer, Outcome> outcomes) {
		Map<TableName, SyncedTable> tables = new HashMap<>();
		for (Change change : changes) {
			Outcome outcome = outcomes.get(change.index());
			if (outcome instanceof Outcome.Missing missing) {
				add(change.row().table(), tables);
				missing.missing().stream().map(RowKey::table).forEach((parent) -> add(parent, tables));
			}
			else if (!change.op().isUpsert() && !(outcome instanceof Outcome.Applied)) {
				for (ForeignKey foreignKey : this.catalog.referencesTo(change.row().table())) {
					add(foreignKey.child(), tables);
				}
			}
		}
		this.definitions.require(tables.values());
	}

	private void add(TableName name, Map<TableName, SyncedTable> tables) {
		tables.computeIfAbsent(name, this.catalog::get);
	}

}

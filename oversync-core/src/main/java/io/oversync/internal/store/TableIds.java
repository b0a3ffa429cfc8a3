/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.HashMap;
import java.util.Map;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the registered tables in the sync schema. They outlive changes of the
 * tables' definitions.
 */
public final class TableIds {

	private final Map<TableName, Integer> ids = new HashMap<>();

	private final Map<Integer, TableName> names = new HashMap<>();

	private TableIds() {
	}

	/**
	 * Returns the ids of a catalog's tables.
	 * @param catalog the registered tables
	 * @return their ids
	 */
	public static TableIds of(TableCatalog catalog) {
		TableIds ids = new TableIds();
		for (SyncedTable table : catalog.tables()) {
			ids.ids.put(table.name(), table.id());
			ids.names.put(table.id(), table.name());
		}
		return ids;
	}

	int idOf(RowKey row) {
		return idOf(row.table());
	}

	int idOf(TableName table) {
		Integer id = this.ids.get(table);
		if (id == null) {
			throw new IllegalArgumentException("Table " + table + " is not registered");
		}
		return id;
	}

	/**
	 * Returns the name of a table.
	 * @param id its id
	 * @return the name, or null for a table that is no longer registered
	 */
	public @Nullable TableName nameOf(int id) {
		return this.names.get(id);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.capture;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.oversync.client.SyncSetupException;
import io.oversync.client.SyncTable;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.table.LocalColumn;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.table.TableReader;

/**
 * Brings tables, bookkeeping and triggers together when a client is opened, and again
 * whenever the application has changed its tables: rows that were there before they were
 * watched are pending, and rows that were not watched for a while are to be compared with
 * the server's.
 */
public final class DatabaseSetup {

	private final Database database;

	private final SyncState state;

	private final PendingChanges pending;

	private final AddedColumns addedColumns;

	private final UnwatchedRows unwatched;

	DatabaseSetup(Database database) {
		this.database = database;
		this.state = new SyncState(database);
		this.pending = new PendingChanges(database);
		this.addedColumns = new AddedColumns(database);
		this.unwatched = new UnwatchedRows(database);
	}

	/**
	 * Prepares the tables, within a transaction.
	 * @param listed the tables to be synced
	 * @param schema the server's schema of those that name none
	 */
	LocalTables prepare(List<SyncTable> listed, String schema) throws SQLException {
		TableReader reader = new TableReader(this.database);
		List<LocalTable> tables = new ArrayList<>();
		for (SyncTable table : listed) {
			tables.add(reader.read(table, schema));
		}
		LocalTables synced = new LocalTables(tables);
		list(tables);
		for (LocalTable table : synced.parentsFirst()) {
			refuseNullKeys(table);
			prepare(table);
		}
		CaptureTriggers.dropStrays(this.database, tables);
		new UnguardedTriggers(this.database).warn(tables);
		return synced;
	}

	private void list(List<LocalTable> tables) throws SQLException {
		String numbers = tables.stream().map((table) -> String.valueOf(table.no())).collect(Collectors.joining(", "));
		long known = this.database
			.number("SELECT count(*) FROM _sync_table WHERE listed = 1 AND table_no IN (" + numbers + ")");
		if (known < tables.size()) {
			// the server's rows of the others may have been passed over
			this.state.restartStream(this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_row AS r"
					+ " JOIN _sync_table AS t ON t.table_no = r.table_no WHERE t.listed = 0 AND r.deleted = 0"
					+ " AND r.table_no IN (" + numbers + "))") > 0);
			this.state.abandonHydration();
		}
		UnlistedTables.clean(this.database, tables);
		this.database.update("UPDATE _sync_table SET listed = table_no IN (" + numbers
				+ ") WHERE listed <> (table_no IN (" + numbers + "))");
	}

	private void prepare(LocalTable table) throws SQLException {
		String columns = columns(table);
		String before = this.database.first("SELECT columns FROM _sync_table WHERE table_no = ?",
				(row) -> row.getString(1), table.no());
		if (before != null && !before.equals(columns)) {
			// the bits of the columns are others from now on
			Set<String> added = difference(columns, before);
			this.pending.completeBases(table, added);
			// what was sent has other members than the table has columns now
			this.database.update("UPDATE _sync_outbox SET reshaped = 1 WHERE table_no = ?", table.no());
			if (!added.isEmpty()) {
				this.addedColumns.adopt(table, added);
			}
			if (!difference(before, columns).isEmpty()) {
				// only the server knows the values that the table has dropped
				this.pending.compareLater(table);
			}
		}
		switch (new CaptureTriggers(table).install(this.database)) {
			case COMPLETE -> {
			}
			case OUTDATED -> this.pending.markVanished(table);
			case MISSING -> {
				if (before != null) {
					this.unwatched.note(table);
				}
				else {
					this.pending.markAll(table);
				}
			}
		}
		if (!columns.equals(before)) {
			this.database.update("UPDATE _sync_table SET columns = ? WHERE table_no = ?", columns, table.no());
		}
	}

	private static String columns(LocalTable table) {
		return table.columns().stream().map(LocalColumn::member).collect(Collectors.joining(PendingChanges.SEPARATOR));
	}

	private static Set<String> difference(String columns, String others) {
		Set<String> difference = new LinkedHashSet<>(List.of(columns.split(PendingChanges.SEPARATOR)));
		difference.removeAll(List.of(others.split(PendingChanges.SEPARATOR)));
		return difference;
	}

	private void refuseNullKeys(LocalTable table) throws SQLException {
		long rows = this.database
			.number("SELECT count(*) FROM " + table.quoted() + " WHERE " + table.key().quoted() + " IS NULL");
		if (rows > 0) {
			throw new SyncSetupException("The key '" + table.key().name() + "' of the table '" + table.name()
					+ "' is NULL in " + rows + " rows, which could not be synced: give them UUIDs");
		}
	}

}

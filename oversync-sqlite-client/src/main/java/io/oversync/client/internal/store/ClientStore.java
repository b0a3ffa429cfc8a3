/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.time.Clock;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTables;

/**
 * The database of a client, and the classes that know its tables.
 *
 * @param database the connection
 * @param state the table {@code _sync_state}
 * @param tables the synced tables
 * @param keys the keys of their rows
 * @param rows their rows
 * @param versions the versions of the server's rows
 * @param pending the local changes
 * @param outbox the changes that are being sent
 * @param quarantine the changes that the server will never take
 * @param unknownTables the tables that the server does not know
 * @param clock the clock
 */
public record ClientStore(Database database, SyncState state, LocalTables tables, LocalKeys keys, LocalRows rows,
		RowVersions versions, PendingChanges pending, Outbox outbox, Quarantine quarantine, UnknownTables unknownTables,
		Clock clock) {

	/** Creates the classes for a database that was prepared. */
	public static ClientStore of(Database database, LocalTables tables, Clock clock) {
		SyncState state = new SyncState(database);
		LocalRows rows = new LocalRows(database);
		RowVersions versions = new RowVersions(database);
		PendingChanges pending = new PendingChanges(database);
		return new ClientStore(database, state, tables, new LocalKeys(database), rows, versions, pending,
				new Outbox(database, state, tables), new Quarantine(database, tables, rows, versions, pending, clock),
				new UnknownTables(database, clock), clock);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.sql.SQLException;
import java.util.List;

import io.oversync.client.SyncSetupException;
import io.oversync.client.internal.database.Database;

/**
 * The client's own tables in the application's database.
 *
 * <ul>
 * <li>{@code _sync_state} one row: whose database it is, the cursor, counters, how often
 * the server was lost, and by what the client knows its stream again
 * <li>{@code _sync_table} the numbers of the synced tables, which of them the client was
 * opened with the last time, their columns then, whether rows have to be compared with
 * the server's, and when one is tried again that the server did not know
 * <li>{@code _sync_row} what is known of the server's rows: their versions, members that
 * the table has no column for, and columns that the server has no member for
 * <li>{@code _sync_dirty} keys of rows that were changed here, with the row as it was
 * before (of columns that have changed, by the bits of {@code saved}; -1 for all), and
 * whether a trigger saw it go; written by the triggers. Also of rows that the server lost
 * and gets back: in {@code lost} the version that they had, or -1 once they are edited
 * <li>{@code _sync_outbox} changes as they are sent: frozen, until the server has
 * answered
 * <li>{@code _sync_lost} rows that were deleted here and that the server lost: the
 * versions of the deletes, 0 for a row that it never took
 * <li>{@code _sync_quarantine} changes that the server will never take as they are
 * <li>{@code _sync_held} rows of the server that cannot be written yet
 * <li>{@code _sync_staged} rows of the server that a hydration has collected
 * <li>{@code _sync_image} the same of tables that are compared, each with its image in
 * the version that is known here
 * <li>{@code _sync_repair} rows that differ from the server's, while a repair fetches
 * them
 * <li>{@code _sync_spelling} keys in TEXT columns that are not spelled in the usual way
 * </ul>
 *
 * {@code oversync_applying} has a row while the client writes rows of the server, for
 * triggers to ask. An application may create it, empty, before it creates such triggers.
 *
 * <p>
 * A column {@code key} holds a key as the application's table does, TEXT or BLOB;
 * {@code pk} holds it as it goes over the wire.
 */
public final class ClientSchema {

	/** Raised when a later version cannot work with the tables of this one. */
	private static final int FORMAT = 8;

	private static final List<String> TABLES = List.of(SyncState.TABLE, """
			CREATE TABLE IF NOT EXISTS oversync_applying (applying INTEGER)""", """
			CREATE TABLE IF NOT EXISTS _sync_table (
			  table_no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
			  listed INTEGER NOT NULL DEFAULT 0, server TEXT, columns TEXT,
			  compare INTEGER NOT NULL DEFAULT 0, cleared TEXT, retry_at INTEGER)""", """
			CREATE TABLE IF NOT EXISTS _sync_row (
			  table_no INTEGER NOT NULL, key NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL,
			  extra TEXT, absent TEXT, missing INTEGER NOT NULL DEFAULT 0,
			  PRIMARY KEY (table_no, key)) WITHOUT ROWID""", """
			CREATE INDEX IF NOT EXISTS _sync_row_partial ON _sync_row (table_no)
			WHERE extra IS NOT NULL OR absent IS NOT NULL""", """
			CREATE TABLE IF NOT EXISTS _sync_dirty (
			  seq INTEGER PRIMARY KEY, table_no INTEGER NOT NULL, key NOT NULL, base TEXT,
			  gone INTEGER NOT NULL DEFAULT 0, saved INTEGER NOT NULL DEFAULT -1,
			  parked INTEGER NOT NULL DEFAULT 0, problem TEXT, lost INTEGER NOT NULL DEFAULT 0,
			  UNIQUE (table_no, key))""", """
			CREATE TABLE IF NOT EXISTS _sync_outbox (
			  change_id INTEGER PRIMARY KEY, table_no INTEGER NOT NULL, key NOT NULL, pk TEXT NOT NULL,
			  op TEXT NOT NULL, version INTEGER NOT NULL, payload TEXT, base TEXT,
			  failures INTEGER NOT NULL DEFAULT 0, parked INTEGER NOT NULL DEFAULT 0, problem TEXT,
			  reshaped INTEGER NOT NULL DEFAULT 0, lost INTEGER NOT NULL DEFAULT 0,
			  unproven INTEGER NOT NULL DEFAULT 0, circle INTEGER NOT NULL DEFAULT 0, UNIQUE (table_no, key))""", """
			CREATE TABLE IF NOT EXISTS _sync_lost (
			  table_no INTEGER NOT NULL, key NOT NULL, version INTEGER NOT NULL,
			  PRIMARY KEY (table_no, key)) WITHOUT ROWID""", """
			CREATE TABLE IF NOT EXISTS _sync_quarantine (
			  id INTEGER PRIMARY KEY, table_no INTEGER NOT NULL, key NOT NULL, pk TEXT NOT NULL,
			  op TEXT NOT NULL, payload TEXT, base TEXT, reason TEXT NOT NULL, message TEXT NOT NULL,
			  since INTEGER NOT NULL, UNIQUE (table_no, key))""", """
			CREATE TABLE IF NOT EXISTS _sync_held (
			  table_no INTEGER NOT NULL, key NOT NULL, pk TEXT NOT NULL, version INTEGER NOT NULL,
			  deleted INTEGER NOT NULL, payload TEXT, reason TEXT NOT NULL, since INTEGER NOT NULL,
			told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (table_no, key))""", """
			CREATE TABLE IF NOT EXISTS _sync_staged (
			  seq INTEGER PRIMARY KEY, table_no INTEGER NOT NULL, key NOT NULL, pk TEXT NOT NULL,
			  version INTEGER NOT NULL, deleted INTEGER NOT NULL, payload TEXT,
			  confirmed INTEGER NOT NULL DEFAULT 0, late INTEGER NOT NULL DEFAULT 0,
			  regained INTEGER NOT NULL DEFAULT 0, UNIQUE (table_no, key))""", """
			CREATE TABLE IF NOT EXISTS _sync_image (
			  seq INTEGER PRIMARY KEY, table_no INTEGER NOT NULL, key NOT NULL, pk TEXT NOT NULL,
			  version INTEGER NOT NULL, deleted INTEGER NOT NULL, payload TEXT, base TEXT,
			  UNIQUE (table_no, key))""", """
			CREATE TABLE IF NOT EXISTS _sync_repair (
			  table_no INTEGER NOT NULL, key NOT NULL, pk TEXT NOT NULL, known INTEGER NOT NULL,
			  doubled INTEGER NOT NULL, latest INTEGER NOT NULL, place INTEGER NOT NULL DEFAULT 0, version INTEGER,
			  deleted INTEGER, payload TEXT, PRIMARY KEY (table_no, key))""", """
			CREATE INDEX IF NOT EXISTS _sync_repair_pk ON _sync_repair (table_no, pk)""", """
			CREATE TABLE IF NOT EXISTS _sync_spelling (
			  table_no INTEGER NOT NULL, pk TEXT NOT NULL, key NOT NULL,
			  PRIMARY KEY (table_no, pk)) WITHOUT ROWID""");

	private ClientSchema() {
	}

	/** Creates what is missing, and makes sure that the database is this user's. */
	public static void open(Database database, String userId, String sourceId, long now) throws SQLException {
		SyncState state = new SyncState(database);
		checkFormat(state);
		for (String table : TABLES) {
			database.execute(table);
		}
		long firstId = ChangeIds.first(now);
		state.create(FORMAT, userId, sourceId, firstId);
		checkOwner(database, state, userId, sourceId);
		database.update("DELETE FROM oversync_applying");
		state.open(sourceId, firstId);
	}

	private static void checkFormat(SyncState state) throws SQLException {
		if (!state.exists()) {
			return;
		}
		long format = state.format();
		if (format > FORMAT) {
			throw new SyncSetupException(
					"The database was written by a later version of this client: update the application");
		}
		if (format != 0 && format < FORMAT) {
			throw new SyncSetupException("The database was written by an earlier version of this client, which this one"
					+ " does not read: sync it with that version, delete the file, and the next sync brings the"
					+ " server's rows");
		}
	}

	private static void checkOwner(Database database, SyncState state, String userId, String sourceId)
			throws SQLException {
		String user = state.userId();
		if (!userId.equals(user)) {
			throw new SyncSetupException("This database belongs to the user '" + user + "' and cannot be opened for '"
					+ userId + "': use one database file for each user");
		}
		String source = state.sourceId();
		if (!sourceId.equals(source) && database.number("SELECT count(*) FROM _sync_outbox") > 0) {
			throw new SyncSetupException("The device '" + source + "' has sent changes from this database that are"
					+ " not confirmed; open it as that device and sync before you go on as '" + sourceId + "'");
		}
	}

}

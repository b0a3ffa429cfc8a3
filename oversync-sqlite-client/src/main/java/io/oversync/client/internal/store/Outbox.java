/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.oversync.client.SyncSetupException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import org.jspecify.annotations.Nullable;

/**
 * Changes are frozen here before they are sent, and stay until the server has answered:
 * what is sent again is the same, under the same id, whatever has happened to the row.
 */
public final class Outbox {

	/** The greatest number of changes of a circle that are sent together. */
	public static final int MAX_CIRCLE = 1000;

	private final Database database;

	private final SyncState state;

	private final LocalTables tables;

	/** The next number, within a transaction that adds changes. */
	private long nextId;

	/** Whether the server was lost more than once when changes were last added. */
	private boolean unproven;

	Outbox(Database database, SyncState state, LocalTables tables) {
		this.database = database;
		this.state = state;
		this.tables = tables;
	}

	/**
	 * Returns what is sent next, the oldest first: at least one change, if there is any
	 * that has not failed alone.
	 */
	public List<OutboxEntry> head(int count, long bytes, boolean single) throws SQLException {
		List<OutboxEntry> entries = new ArrayList<>();
		long[] bytesLeft = { bytes };
		long[] circle = { 0 };
		int[] before = { 0 };
		this.database.each("""
				SELECT change_id, table_no, key, pk, op, version, payload, base, failures, reshaped, lost, unproven,
				       circle
				FROM _sync_outbox WHERE failures = 0 ORDER BY change_id LIMIT ?""", (row) -> {
			OutboxEntry entry = map(row);
			boolean together = circle[0] > 0 && row.getLong(13) == circle[0] && !single;
			if (!together) {
				circle[0] = row.getLong(13);
				before[0] = entries.size();
			}
			bytesLeft[0] -= entry.bytes();
			boolean fits = entries.size() < count && bytesLeft[0] >= 0;
			if (!fits && together && before[0] > 0) {
				// the circle goes with the next upload
				entries.subList(before[0], entries.size()).clear();
				return false;
			}
			return (fits || together || entries.isEmpty()) && entries.add(entry);
		}, Math.max(count, MAX_CIRCLE));
		return entries;
	}

	/**
	 * Returns a change that has failed alone, to be sent alone.
	 * @param pass changes that have failed in this pass, or later, are left out
	 * @return no or one change
	 */
	public List<OutboxEntry> suspect(long pass) throws SQLException {
		return this.database.query("""
				SELECT change_id, table_no, key, pk, op, version, payload, base, failures, reshaped, lost, unproven
				FROM _sync_outbox WHERE failures > 0 AND parked < ? ORDER BY failures, change_id LIMIT 1""", this::map,
				pass);
	}

	/** Notes that the request failed in which a change was alone. */
	public void failed(OutboxEntry entry, long pass, String problem) throws SQLException {
		this.database.update("""
				UPDATE _sync_outbox SET failures = failures + 1, parked = ?, problem = ? WHERE change_id = ?""", pass,
				problem, entry.changeId());
	}

	/** Returns all changes without their contents, which may be large. */
	public List<OutboxEntry> all() throws SQLException {
		return this.database.query("""
				SELECT change_id, table_no, key, pk, op, version, NULL, base, failures, reshaped, lost, unproven
				FROM _sync_outbox ORDER BY change_id""", this::map);
	}

	/** Returns the rows whose changes are here, as {@code table_no:pk}. */
	public Set<String> rows() throws SQLException {
		return new HashSet<>(this.database.query("SELECT table_no, pk FROM _sync_outbox",
				(row) -> rowName(row.getLong(1), row.getString(2))));
	}

	public static String rowName(long tableNo, String pk) {
		return tableNo + ":" + pk;
	}

	private OutboxEntry map(ResultSet row) throws SQLException {
		LocalTable table = this.tables.byNo(row.getLong(2));
		if (table == null) {
			throw new SyncSetupException(
					"A table that is not on the client's list any more has changes that are sent but not confirmed:"
							+ " list it again until they are");
		}
		return new OutboxEntry(row.getLong(1), table, row.getObject(3), row.getString(4), row.getString(5),
				row.getLong(6), row.getString(7), row.getString(8), row.getInt(9), row.getBoolean(10), row.getLong(11),
				row.getBoolean(12));
	}

	/**
	 * Returns the local number of the change that the server knows under a number, or 0.
	 */
	public long find(LocalTable table, Object key, long id) throws SQLException {
		long lost = ChangeIds.lostVersion(id);
		return this.database.number("""
				SELECT change_id FROM _sync_outbox
				WHERE table_no = ? AND key = ? AND (change_id = ? OR (lost > 0 AND lost = ?)
				    OR (lost = ? AND unproven = ? AND change_id & 4294967295 = ?))""", table.no(), key, id, lost,
				OutboxEntry.EDITED, ChangeIds.isUnproven(id) && lost == 0, ChangeIds.rest(id));
	}

	/** Begins to add changes, within a transaction. */
	public void begin() throws SQLException {
		this.nextId = this.state.nextChangeId();
		this.unproven = this.state.isLostAgain();
	}

	/** Ends to add changes: their numbers are used up. */
	public void end() throws SQLException {
		this.state.setNextChangeId(this.nextId);
	}

	/** Returns the number of a circle whose changes are added next. */
	public long circle() {
		return this.nextId;
	}

	/** Adds a delete of a circle, which is sent together. */
	public void addDelete(LocalTable table, Object key, String pk, long version, @Nullable String base, long circle,
			long lost) throws SQLException {
		add(table, key, pk, "DELETE", version, null, base, circle, lost);
	}

	/**
	 * Adds a change, between {@link #begin} and {@link #end}.
	 * @param circle the number of the circle that it goes with, or 0
	 * @param lost see {@link OutboxEntry#lostVersion}
	 */
	public void add(LocalTable table, Object key, String pk, String op, long version, @Nullable String payload,
			@Nullable String base, long circle, long lost) throws SQLException {
		this.database.update("""
				INSERT INTO _sync_outbox (change_id, table_no, key, pk, op, version, payload, base, lost, circle,
				                          unproven)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""", this.nextId++, table.no(), key, pk, op, version, payload,
				base, lost, circle, this.unproven);
	}

	/**
	 * Removes a change that was answered.
	 * @return false if another process was faster
	 */
	public boolean remove(OutboxEntry entry) throws SQLException {
		return this.database.update("DELETE FROM _sync_outbox WHERE change_id = ?", entry.changeId()) > 0;
	}

}

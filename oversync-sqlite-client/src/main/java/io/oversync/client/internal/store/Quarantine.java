/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.SyncException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.report.QuarantineReport;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import org.jspecify.annotations.Nullable;

/**
 * Changes that the server will never take as they are.
 */
public final class Quarantine {

	private static final String COLUMNS = "SELECT q.id, t.name, q.pk, q.op, q.payload, q.reason, q.message, q.since"
			+ " FROM _sync_quarantine AS q JOIN _sync_table AS t ON t.table_no = q.table_no";

	private final Database database;

	private final LocalTables tables;

	private final LocalRows rows;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final Clock clock;

	public Quarantine(Database database, LocalTables tables, LocalRows rows, RowVersions versions,
			PendingChanges pending, Clock clock) {
		this.database = database;
		this.tables = tables;
		this.rows = rows;
		this.versions = versions;
		this.pending = pending;
		this.clock = clock;
	}

	/** Quarantines a change that was removed from the outbox. */
	public QuarantinedChange add(LocalTable table, Object key, String pk, String op, @Nullable String payload,
			@Nullable String base, String reason, String message) throws SQLException {
		this.database.update("DELETE FROM _sync_quarantine WHERE table_no = ? AND key = ?", table.no(), key);
		this.database.update("""
				INSERT INTO _sync_quarantine (table_no, key, pk, op, payload, base, reason, message, since)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""", table.no(), key, pk, op, payload, base, reason, message,
				this.clock.millis());
		QuarantinedChange change = this.database.first(COLUMNS + " WHERE q.table_no = ? AND q.key = ?", Quarantine::map,
				table.no(), key);
		if (change == null) {
			throw new IllegalStateException("The change was not kept");
		}
		return change;
	}

	public List<QuarantinedChange> list() throws SQLException {
		return this.database.query(COLUMNS + " ORDER BY q.id", Quarantine::map);
	}

	/** Sends a change again, as the row is now. */
	public boolean retry(long id) throws SQLException {
		Entry entry = find(id);
		if (entry == null) {
			return false;
		}
		this.pending.keep(entry.table, entry.key, entry.base, 0, null);
		return true;
	}

	/** Puts the row back to what it was before the change, unless it was edited since. */
	public boolean discard(long id) throws SQLException {
		Entry entry = find(id);
		if (entry == null) {
			return false;
		}
		if (this.pending.isSent(entry.table, entry.key)) {
			throw new SyncException("The row was changed again and that change is being sent: sync first");
		}
		RowVersions.Known known = this.versions.known(entry.table, entry.key);
		boolean gone = known == null && this.rows.read(entry.table, entry.key) == null;
		if (!gone && this.pending.isDirty(entry.table, entry.key)) {
			// the row was edited since: that edit stays, and takes the change's place
			this.pending.keep(entry.table, entry.key, entry.base, 0, null);
			return true;
		}
		if (known == null || !known.isLive()) {
			this.rows.delete(entry.table, entry.key);
			if (known == null) {
				this.versions.givenUp(entry.table, entry.key);
			}
		}
		else if (entry.base != null) {
			this.rows.write(entry.table, entry.key, BaseImage.read(entry.base));
			if (this.versions.isMissing(entry.table, entry.key)) {
				// the server has lost what the row was, and gets it back
				this.pending.keep(entry.table, entry.key, null, 0, null);
				this.pending.noteLost(entry.table, entry.key, known.version());
				return true;
			}
		}
		else {
			// not known what the row was: the server's comes back, if it has one
			this.rows.delete(entry.table, entry.key);
			this.pending.awaitVanished(entry.table, entry.key);
			return true;
		}
		this.pending.drop(entry.table, entry.key);
		return true;
	}

	/** Returns the next ids, in their order. */
	public List<Long> ids(long after, int limit) throws SQLException {
		return this.database.query("SELECT id FROM _sync_quarantine WHERE id > ? ORDER BY id LIMIT ?",
				(row) -> row.getLong(1), after, limit);
	}

	private @Nullable Entry find(long id) throws SQLException {
		return this.database.first("SELECT table_no, key, base FROM _sync_quarantine WHERE id = ?", (row) -> {
			LocalTable table = this.tables.byNo(row.getLong(1));
			return (table != null) ? new Entry(table, row.getObject(2), row.getString(3)) : null;
		}, id);
	}

	private static QuarantinedChange map(ResultSet row) throws SQLException {
		return new QuarantineReport(row.getLong(1), row.getString(2), row.getString(3), row.getString(4),
				row.getString(5), row.getString(6), row.getString(7), Instant.ofEpochMilli(row.getLong(8)));
	}

	/** A change in quarantine. */
	private record Entry(LocalTable table, Object key, @Nullable String base) {
	}

}

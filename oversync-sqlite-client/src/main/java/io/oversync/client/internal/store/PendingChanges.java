/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.support.SqliteValues;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import org.jspecify.annotations.Nullable;

/**
 * The rows with local changes that the server has not taken.
 */
public final class PendingChanges {

	/** Separates names of columns: a control character, which none contains. */
	public static final String SEPARATOR = "\u001f";

	private static final int STEP = 100;

	private final Database database;

	private final SyncState state;

	public PendingChanges(Database database) {
		this.database = database;
		this.state = new SyncState(database);
	}

	public boolean isEmpty() throws SQLException {
		return this.database.number("""
				SELECT EXISTS (SELECT 1 FROM _sync_dirty) OR EXISTS (SELECT 1 FROM _sync_outbox)
				    OR EXISTS (SELECT 1 FROM _sync_quarantine)""") == 0;
	}

	/** Returns whether there is something to be sent. */
	public boolean isAny() throws SQLException {
		return this.database.number("""
				SELECT EXISTS (SELECT 1 FROM _sync_dirty) OR EXISTS (SELECT 1 FROM _sync_outbox)""") > 0;
	}

	/**
	 * Returns whether the row is in the outbox: what the server makes of it is not known.
	 */
	public boolean isSent(LocalTable table, Object key) throws SQLException {
		return this.database.number("SELECT count(*) FROM _sync_outbox WHERE table_no = ? AND key = ?", table.no(),
				key) > 0;
	}

	/**
	 * Returns whether the row was changed since it was last sent, or before it was ever
	 * sent.
	 */
	public boolean isDirty(LocalTable table, Object key) throws SQLException {
		return this.database.number("SELECT count(*) FROM _sync_dirty WHERE table_no = ? AND key = ?", table.no(),
				key) > 0;
	}

	public boolean isDirty(LocalTable table) throws SQLException {
		return this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_dirty WHERE table_no = ?)", table.no()) > 0;
	}

	/** Returns the row's local change that was not sent, or null. */
	public @Nullable Unsent unsent(LocalTable table, Object key) throws SQLException {
		return this.database.first("""
				SELECT base FROM (
				  SELECT 1 AS seniority, base FROM _sync_quarantine WHERE table_no = ? AND key = ?
				  UNION ALL SELECT 2, base FROM _sync_dirty WHERE table_no = ? AND key = ?)
				ORDER BY seniority LIMIT 1""", (row) -> new Unsent(row.getString(1)), table.no(), key, table.no(), key);
	}

	/** Forgets the row's local change, which is not in quarantine. */
	public void dropDirty(LocalTable table, Object key) throws SQLException {
		this.database.update("DELETE FROM _sync_dirty WHERE table_no = ? AND key = ?", table.no(), key);
	}

	/** Forgets the row's local change. */
	public void drop(LocalTable table, Object key) throws SQLException {
		dropDirty(table, key);
		this.database.update("DELETE FROM _sync_quarantine WHERE table_no = ? AND key = ?", table.no(), key);
	}

	/**
	 * Keeps the row to be sent, on top of another base.
	 * @param pass the pass that it is not to be sent in again; 0 if it may
	 * @param problem the reason why it was not taken, or null
	 */
	public void keep(LocalTable table, Object key, @Nullable String base, long pass, @Nullable String problem)
			throws SQLException {
		this.database.update("DELETE FROM _sync_quarantine WHERE table_no = ? AND key = ?", table.no(), key);
		this.database.update("""
				INSERT INTO _sync_dirty (table_no, key, base, gone, parked, problem)
				VALUES (?, ?, ?, NOT EXISTS (SELECT 1 FROM %s AS t WHERE t.%s = ?), ?, ?)
				ON CONFLICT (table_no, key) DO UPDATE
				SET base = excluded.base, saved = -1, gone = max(gone, excluded.gone), parked = excluded.parked,
				    problem = excluded.problem, lost = 0""".formatted(table.quoted(), table.key().quoted()), table.no(),
				key, base, key, pass, problem);
	}

	/**
	 * Keeps a change to be sent again that was not taken. A row that goes back as it was
	 * still does, unless it was edited meanwhile.
	 */
	public void keep(OutboxEntry entry, long pass, @Nullable String problem) throws SQLException {
		boolean edited = isDirty(entry.table(), entry.key());
		keep(entry.table(), entry.key(), entry.base(), pass, problem);
		long lost = entry.lostVersion();
		noteLost(entry.table(), entry.key(), (edited && lost > 0) ? OutboxEntry.EDITED : lost);
	}

	/** Leaves a row out of a pass. */
	public void park(LocalTable table, Object key, long pass) throws SQLException {
		this.database.update("UPDATE _sync_dirty SET parked = ? WHERE table_no = ? AND key = ?", pass, table.no(), key);
	}

	/**
	 * Notes that the server lost a version of a pending row, which it gets back as it is.
	 */
	public void noteLost(LocalTable table, Object key, long version) throws SQLException {
		this.database.update("UPDATE _sync_dirty SET lost = ? WHERE table_no = ? AND key = ?",
				(version > 0) ? LostVersions.count(version) : version, table.no(), key);
	}

	/**
	 * Returns the version of a pending row that goes back as it is; otherwise it is not
	 * positive.
	 */
	public long lost(LocalTable table, Object key) throws SQLException {
		return this.database.number("SELECT lost FROM _sync_dirty WHERE table_no = ? AND key = ?", table.no(), key);
	}

	/** Rows of a table that go back to the server may have been edited unnoticed. */
	public void forgetLost(LocalTable table) throws SQLException {
		this.database.update("UPDATE _sync_dirty SET lost = -1 WHERE table_no = ? AND lost > 0", table.no());
	}

	/** Notes that the server lost a row together with its delete. */
	public void noteLostDelete(LocalTable table, Object key, long version) throws SQLException {
		this.database.update("INSERT OR REPLACE INTO _sync_lost (table_no, key, version) VALUES (?, ?, ?)", table.no(),
				key, LostVersions.count(version));
	}

	/** Forgets {@link #noteLostDelete}: the row is on the server again. */
	public void forgetLostDelete(LocalTable table, Object key) throws SQLException {
		this.database.update("DELETE FROM _sync_lost WHERE table_no = ? AND key = ?", table.no(), key);
	}

	/**
	 * Returns the version of the row's delete that the server lost together with the row,
	 * 0 of a row that it never took, null of a row that is not among these.
	 */
	public @Nullable Long lostDelete(LocalTable table, Object key) throws SQLException {
		return this.database.first("""
				SELECT version FROM _sync_lost AS l WHERE table_no = ? AND key = ? AND NOT EXISTS (
				  SELECT 1 FROM _sync_row AS r WHERE r.table_no = l.table_no AND r.key = l.key)""",
				(row) -> row.getLong(1), table.no(), key);
	}

	public boolean hasLostDeletes() throws SQLException {
		return this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_lost)") > 0;
	}

	/** Keeps every row of a table to be sent, and what is gone to be deleted. */
	public void markAll(LocalTable table) throws SQLException {
		this.database.update("INSERT INTO _sync_dirty (table_no, key) SELECT " + table.no() + ", t."
				+ table.key().quoted() + " FROM " + table.quoted() + " AS t WHERE t." + table.key().quoted()
				+ " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM _sync_dirty WHERE table_no = " + table.no()
				+ " AND key = +t." + table.key().quoted() + ")");
		markVanished(table);
	}

	/**
	 * Notes deletes of rows that are gone without a trace, unless they are in quarantine.
	 */
	public void markVanished(LocalTable table) throws SQLException {
		this.database.update("INSERT INTO _sync_dirty (table_no, key, gone) " + vanished(table));
	}

	/** Returns whether rows are gone without a trace. */
	public boolean hasVanished(LocalTable table) throws SQLException {
		return this.database.number("SELECT EXISTS (" + vanished(table) + ")") > 0;
	}

	private static String vanished(LocalTable table) {
		return "SELECT r.table_no, r.key, 1 FROM _sync_row AS r WHERE r.table_no = " + table.no()
				+ " AND r.deleted = 0 AND NOT EXISTS (SELECT 1 FROM " + table.quoted() + " AS t WHERE t."
				+ table.key().quoted() + " = +r.key)"
				+ " AND NOT EXISTS (SELECT 1 FROM _sync_dirty AS d WHERE d.table_no = r.table_no AND d.key = r.key)"
				+ " AND NOT EXISTS (SELECT 1 FROM _sync_quarantine AS q WHERE q.table_no = r.table_no AND q.key ="
				+ " r.key)";
	}

	/**
	 * Returns whether rows of a table may have changed without a trigger, and are to be
	 * compared with the server's before any is sent.
	 */
	public boolean isUnwatched(LocalTable table) throws SQLException {
		return this.database.number("SELECT compare FROM _sync_table WHERE table_no = ?", table.no()) > 0;
	}

	/**
	 * A row is missing, but no trigger has seen it go: the server's row is to come back.
	 */
	public void awaitVanished(LocalTable table, Object key) throws SQLException {
		drop(table, key);
		this.database.update("UPDATE _sync_row SET deleted = ? WHERE table_no = ? AND key = ?", RowVersions.AWAITED,
				table.no(), key);
		compareLater(table);
	}

	/** Schedules the comparison of a table with the server, before more of it is sent. */
	public void compareLater(LocalTable table) throws SQLException {
		this.database.update("UPDATE _sync_table SET compare = 1 WHERE table_no = ?", table.no());
		// the rows collected for other tables may lack this one's
		this.database.update("DELETE FROM _sync_image");
		this.state.endComparison();
	}

	/**
	 * Saves the columns of changed rows that have not changed, as they are.
	 * @param added members of columns whose changes were not noted
	 */
	public void completeBases(LocalTable table, Set<String> added) throws SQLException {
		String key = "t." + table.key().quoted();
		String sql = "SELECT d.key, d.base, " + LocalRows.columns(table, "t") + " FROM _sync_dirty AS d CROSS JOIN "
				+ table.quoted() + " AS t ON " + key + " = +d.key WHERE d.table_no = " + table.no()
				+ " AND d.saved <> -1 LIMIT " + STEP;
		List<Completed> rows;
		do {
			rows = this.database.query(sql, (row) -> new Completed(row.getObject(1), BaseImage.write(
					BaseImage.complete(row.getString(2), SqliteValues.without(LocalRows.map(table, row, 3), added)))));
			for (Completed row : rows) {
				this.database.update("UPDATE _sync_dirty SET base = ?, saved = -1 WHERE table_no = ? AND key = ?",
						row.base, table.no(), row.key);
			}
		}
		while (!rows.isEmpty());
	}

	/** Sets what a row was before its local change. */
	public void rebase(LocalTable table, Object key, String base) throws SQLException {
		this.database.update("UPDATE _sync_dirty SET base = ?, saved = -1 WHERE table_no = ? AND key = ?", base,
				table.no(), key);
		this.database.update("UPDATE _sync_quarantine SET base = ? WHERE table_no = ? AND key = ?", base, table.no(),
				key);
	}

	/**
	 * Keeps rows to be sent that the server has confirmed once, but that are not among
	 * those which it has. They go back as they were, unless they may have been edited.
	 * Edits of such rows are noted as that.
	 * @param after only rows with greater keys
	 * @param until and not beyond this one
	 * @return the number
	 */
	public int markMissing(LocalTable table, Object after, Object until) throws SQLException {
		this.database.update("""
				UPDATE _sync_row AS r SET missing = 1
				WHERE r.table_no = ? AND r.key > ? AND r.key <= ? AND r.deleted = 0
				  AND NOT EXISTS (SELECT 1 FROM _sync_staged AS s
				                  WHERE s.table_no = r.table_no AND s.key = r.key)""", table.no(), after, until);
		this.database.update("""
				UPDATE _sync_dirty AS d SET lost = ?
				WHERE table_no = ? AND key > ? AND key <= ? AND lost = 0
				  AND EXISTS (SELECT 1 FROM _sync_row AS r WHERE r.table_no = d.table_no AND r.key = d.key
				              AND r.deleted = 0)
				  AND NOT EXISTS (SELECT 1 FROM _sync_staged AS s
				                  WHERE s.table_no = d.table_no AND s.key = d.key)""", OutboxEntry.EDITED, table.no(),
				after, until);
		return this.database.update("""
				INSERT INTO _sync_dirty (table_no, key, lost)
				SELECT r.table_no, r.key,
				       CASE WHEN EXISTS (SELECT 1 FROM _sync_table AS t
				                         WHERE t.table_no = r.table_no AND t.compare = 1)
				              OR EXISTS (SELECT 1 FROM _sync_quarantine AS q
				                         WHERE q.table_no = r.table_no AND q.key = r.key)
				            THEN 0 ELSE r.version & %d END
				FROM _sync_row AS r
				WHERE r.table_no = ? AND r.key > ? AND r.key <= ? AND r.deleted = 0
				  AND NOT EXISTS (SELECT 1 FROM _sync_staged AS s
				                  WHERE s.table_no = r.table_no AND s.key = r.key)
				  AND NOT EXISTS (SELECT 1 FROM _sync_dirty AS d
				                  WHERE d.table_no = r.table_no AND d.key = r.key)
				  AND NOT EXISTS (SELECT 1 FROM _sync_outbox AS o
				                  WHERE o.table_no = r.table_no AND o.key = r.key)""".formatted(LostVersions.COUNT),
				table.no(), after, until);
	}

	public long count() throws SQLException {
		return this.database.number("""
				SELECT (SELECT count(*) FROM _sync_outbox)
				     + (SELECT count(*) FROM _sync_dirty AS d WHERE NOT EXISTS (
				          SELECT 1 FROM _sync_outbox AS o WHERE o.table_no = d.table_no AND o.key = d.key))""");
	}

	/** A changed row, and all that it was before. */
	private record Completed(Object key, String base) {
	}

	/**
	 * A local change.
	 *
	 * @param base the row before it, as a {@link BaseImage} that may lack columns which
	 * have not changed, or null
	 */
	public record Unsent(@Nullable String base) {
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import java.sql.SQLException;
import java.util.Objects;

import io.oversync.client.Recovery;
import io.oversync.client.SyncException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.report.RecoveryReport;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code _sync_state}, which has one row: the owner of the database, its
 * positions in the stream, its counters, and the evidence by which the history of the
 * server is recognised. No other class reads or writes the table. All methods run within
 * a transaction of the caller.
 */
public final class SyncState {

	static final String TABLE = """
			CREATE TABLE IF NOT EXISTS _sync_state (
			  id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL,
			  user_id TEXT NOT NULL, source_id TEXT NOT NULL,
			  cursor INTEGER NOT NULL DEFAULT 0, window_until INTEGER NOT NULL DEFAULT 0,
			  hydrated INTEGER NOT NULL DEFAULT 0, filling INTEGER NOT NULL DEFAULT 0,
			  next_change_id INTEGER NOT NULL, pass INTEGER NOT NULL DEFAULT 0,
			  hydrate_after INTEGER, hydrate_until INTEGER, hydrate_marked INTEGER NOT NULL DEFAULT 0,
			  compare_after INTEGER, compare_until INTEGER,
			  last_upload INTEGER, last_download INTEGER,
			  server TEXT, epoch TEXT, recovery TEXT, recovery_message TEXT,
			  head INTEGER NOT NULL DEFAULT 0, mark INTEGER NOT NULL DEFAULT 0, mark_print TEXT,
			  seen_micros INTEGER NOT NULL DEFAULT 0,
			  hydrate_mark INTEGER NOT NULL DEFAULT 0, hydrate_print TEXT, hydrate_micros INTEGER NOT NULL DEFAULT 0,
			  own_cursor INTEGER NOT NULL DEFAULT 0, accounted INTEGER NOT NULL DEFAULT 0,
			  confirmed_id INTEGER NOT NULL DEFAULT 0, confirmed_row TEXT,
			  confirmed_delete INTEGER NOT NULL DEFAULT 0, counted INTEGER NOT NULL DEFAULT 0,
			  own_first INTEGER NOT NULL DEFAULT 0, own_last INTEGER NOT NULL DEFAULT 0,
			  own_count INTEGER NOT NULL DEFAULT 0,
			  losses INTEGER NOT NULL DEFAULT 0, hydrate_expired INTEGER NOT NULL DEFAULT 0,
			  restarted INTEGER NOT NULL DEFAULT 0)""";

	private final Database database;

	public SyncState(Database database) {
		this.database = database;
	}

	// the owner

	boolean exists() throws SQLException {
		return this.database
			.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sync_state'") > 0;
	}

	long format() throws SQLException {
		return this.database.number("SELECT format FROM _sync_state");
	}

	/** Writes the row of a new database; an existing row stays as it is. */
	void create(int format, String userId, String sourceId, long firstChangeId) throws SQLException {
		this.database.update("""
				INSERT INTO _sync_state (id, format, user_id, source_id, next_change_id)
				SELECT 1, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM _sync_state)""", format, userId, sourceId,
				firstChangeId);
	}

	@Nullable String userId() throws SQLException {
		return this.database.first("SELECT user_id FROM _sync_state", (row) -> row.getString(1));
	}

	@Nullable String sourceId() throws SQLException {
		return this.database.first("SELECT source_id FROM _sync_state", (row) -> row.getString(1));
	}

	/** Opens the database as a device, which may be another one than before. */
	void open(String sourceId, long firstChangeId) throws SQLException {
		// the stream's changes of the device before are another device's now
		this.database.update("UPDATE _sync_state SET mark = max(cursor, mark), mark_print = NULL, confirmed_id = 0"
				+ " WHERE source_id <> ?", sourceId);
		this.database.update("UPDATE _sync_state SET own_first = 0, own_last = 0, own_count = 0 WHERE source_id <> ?",
				sourceId);
		// ids never come again, also when the file was put back from a backup
		this.database.update("UPDATE _sync_state SET next_change_id = max(next_change_id, ?), source_id = ?",
				firstChangeId, sourceId);
	}

	/** Returns the name of the server that the database was synced with, or null. */
	public @Nullable String server() throws SQLException {
		return this.database.first("SELECT server FROM _sync_state", (row) -> row.getString(1));
	}

	public void setServer(String name) throws SQLException {
		this.database.update("UPDATE _sync_state SET server = ?", name);
	}

	// numbers of changes and passes

	public long nextChangeId() throws SQLException {
		return this.database.number("SELECT next_change_id FROM _sync_state");
	}

	/** Notes that all numbers below this one are used. */
	void setNextChangeId(long next) throws SQLException {
		this.database.update("UPDATE _sync_state SET next_change_id = ? WHERE next_change_id <> ?", next, next);
	}

	/** Notes that a number of this device is used, perhaps by an earlier database. */
	public void skipChangeId(long used) throws SQLException {
		this.database.update("UPDATE _sync_state SET next_change_id = max(next_change_id, ?)", used + 1);
	}

	/** Begins a pass of uploads and returns its number. */
	public long nextPass() throws SQLException {
		this.database.update("UPDATE _sync_state SET pass = pass + 1");
		return this.database.number("SELECT pass FROM _sync_state");
	}

	/** Notes that the server was lost before this database knew it. */
	public void noteEarlierLoss() throws SQLException {
		this.database.update("UPDATE _sync_state SET losses = 1 WHERE losses = 0");
	}

	/** Returns whether the server was lost more than once. */
	boolean isLostAgain() throws SQLException {
		return this.database.number("SELECT losses > 1 FROM _sync_state") > 0;
	}

	// positions in the stream

	/**
	 * Returns the positions of this device.
	 * @return the positions
	 * @throws SyncException if the row is missing
	 */
	public Position position() throws SQLException {
		Position position = this.database.first("SELECT cursor, own_cursor, window_until, hydrated FROM _sync_state",
				(row) -> new Position(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4)));
		if (position == null) {
			throw new SyncException(
					"The client's bookkeeping is gone from the database: close the client and open it again");
		}
		return position;
	}

	public long cursor() throws SQLException {
		return this.database.number("SELECT cursor FROM _sync_state");
	}

	/** Moves the cursor to the end of a part of a page. */
	public void moveCursor(long until, long now) throws SQLException {
		this.database.update("UPDATE _sync_state SET cursor = max(cursor, ?), last_download = ?", until, now);
	}

	/** Moves the cursor to the end of a page. */
	public void moveCursor(long until, long windowUntil, long now, boolean last) throws SQLException {
		this.database.update("""
				UPDATE _sync_state
				SET cursor = max(cursor, ?), window_until = ?, last_download = ?, hydrated = max(hydrated, ?),
				    filling = min(filling, ?)""", until, windowUntil, now, last, !last);
	}

	/**
	 * Begins the stream again, such as for tables that were not synced before. What is
	 * here are rows as of the former cursor all the same.
	 * @param outdated whether there are rows that are older
	 */
	public void restartStream(boolean outdated) throws SQLException {
		this.database.update("""
				UPDATE _sync_state
				SET restarted = CASE WHEN cursor = 0 AND restarted = 0 THEN 0
				                     WHEN ?1 OR restarted = 1 THEN 1
				                     WHEN restarted = 0 THEN cursor
				                     WHEN cursor = 0 THEN restarted
				                     ELSE min(cursor, restarted) END""", outdated);
		this.database
			.update("UPDATE _sync_state SET cursor = 0, own_cursor = 0, own_count = 0, accounted = 0, hydrated = 0");
	}

	/**
	 * Returns whether the stream is read from its start although there are rows, whose
	 * deletes may have been missed.
	 */
	public boolean isRestarted() throws SQLException {
		return this.database.number("SELECT restarted > 0 FROM _sync_state") > 0;
	}

	/** Notes that the stream was read to its end since it was begun again. */
	public void settleRestart() throws SQLException {
		this.database.update("UPDATE _sync_state SET restarted = 0 WHERE restarted > 0 AND hydrated = 1");
	}

	/**
	 * Returns the position up to which this device has heard of all deletes.
	 * @return the position, 0 for a device that knows no row
	 */
	public long heardUntil() throws SQLException {
		return this.database.number("SELECT CASE WHEN restarted > 0 THEN restarted ELSE cursor END FROM _sync_state");
	}

	/**
	 * Notes that the server has answered an upload. A device that has received nothing so
	 * far has rows from now on, whose deletes it may miss.
	 */
	public void noteUpload(long now) throws SQLException {
		this.database.update("""
				UPDATE _sync_state
				SET last_upload = ?, restarted = CASE WHEN cursor = 0 AND restarted = 0 THEN 1 ELSE restarted END""",
				now);
	}

	/** Returns the part of the status that is in this table. */
	public Summary summary() throws SQLException {
		Summary summary = this.database.first(
				"SELECT cursor, window_until, last_upload, last_download, hydrated, recovery IS NOT NULL"
						+ " FROM _sync_state",
				(row) -> new Summary(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getBoolean(5),
						row.getBoolean(6)));
		return Objects.requireNonNull(summary);
	}

	// changes of this device in the stream

	public long ownCursor() throws SQLException {
		return this.database.number("SELECT own_cursor FROM _sync_state");
	}

	/** Notes that all own changes up to a position were downloaded. */
	public void moveOwnCursor(long until) throws SQLException {
		this.database.update("UPDATE _sync_state SET own_cursor = max(own_cursor, ?), own_count = 0", until);
	}

	/** Adds to the entries behind the own cursor that were downloaded or confirmed. */
	public void account(long entries) throws SQLException {
		this.database.update("UPDATE _sync_state SET accounted = accounted + ?", entries);
	}

	public void clearAccount() throws SQLException {
		this.database.update("UPDATE _sync_state SET accounted = 0");
	}

	/**
	 * Moves the own cursor if all entries up to a position are accounted for.
	 * @return whether they are
	 */
	public boolean closeAccount(long until) throws SQLException {
		return this.database.update(
				"UPDATE _sync_state SET own_cursor = ?, own_count = 0, accounted = 0 WHERE ? - own_cursor = accounted",
				until, until) > 0;
	}

	/** Adds to the changes of this device that are behind the own cursor. */
	public void countOwn(long changes) throws SQLException {
		this.database.update("UPDATE _sync_state SET own_count = own_count + ?", changes);
	}

	/** Notes the numbers of changes that were confirmed. */
	public void noteConfirmedIds(long first, long last) throws SQLException {
		this.database.update("""
				UPDATE _sync_state SET own_last = max(own_last, ?),
				                       own_first = CASE own_first WHEN 0 THEN ? ELSE min(own_first, ?) END""", last,
				first, first);
	}

	/** Notes the position up to which changes were counted. */
	public void noteCounted(long position) throws SQLException {
		this.database.update("UPDATE _sync_state SET counted = ? WHERE mark < ?", position, position);
	}

	/** Notes that everything in the stream was seen up to the end of the hydration. */
	public void noteOwnHydrated() throws SQLException {
		this.database.update("UPDATE _sync_state SET own_cursor = hydrate_until, own_count = 0, accounted = 0");
		this.database.update("UPDATE _sync_state SET counted = 0, own_first = 0, own_last = 0");
	}

	/** Notes the last change that was confirmed and not seen in the stream before. */
	public void noteConfirmed(ConfirmedChange change) throws SQLException {
		this.database.update("UPDATE _sync_state SET confirmed_id = ?, confirmed_row = ?, confirmed_delete = ?",
				change.id(), change.row(), change.delete());
	}

	/** Notes that the last confirmed change was seen or counted. */
	public void settleConfirmed() throws SQLException {
		this.database.update("UPDATE _sync_state SET confirmed_id = 0 WHERE confirmed_id <> 0");
	}

	/** Returns the last confirmed change, or null if it was seen or counted. */
	public @Nullable ConfirmedChange confirmed() throws SQLException {
		return this.database.first("""
				SELECT confirmed_id, confirmed_row, confirmed_delete, own_cursor, own_count FROM _sync_state
				WHERE confirmed_id <> 0""", (row) -> new ConfirmedChange(row.getLong(1), row.getString(2),
				row.getBoolean(3), row.getLong(4), row.getLong(5)));
	}

	// the history of the server

	/** Returns the evidence by which the history of the server is recognised. */
	public SeenHistory seen() throws SQLException {
		SeenHistory seen = this.database.first("""
				SELECT cursor, head, mark, mark_print, epoch, counted, own_first, own_last
				FROM _sync_state""", (row) -> new SeenHistory(row.getLong(1), row.getLong(2), row.getLong(3),
				row.getString(4), row.getString(5), new CountedChange(row.getLong(6), row.getLong(7), row.getLong(8))));
		return (seen != null) ? seen : new SeenHistory(0, 0, 0, null, null, new CountedChange(0, 0, 0));
	}

	/** Notes the last entry that was seen, unless a later one is known. */
	public int mark(long position, String print) throws SQLException {
		return this.database.update("UPDATE _sync_state SET mark = ?, mark_print = ? WHERE mark <= ?", position, print,
				position);
	}

	/** Notes a position that the stream has reached. */
	public void noteHead(long head) throws SQLException {
		this.database.update("UPDATE _sync_state SET head = max(head, ?)", head);
	}

	/**
	 * Notes a position that the stream has reached, and the epoch if the server has one.
	 */
	public void noteHead(long head, @Nullable String epoch) throws SQLException {
		this.database.update("UPDATE _sync_state SET head = max(head, ?), epoch = coalesce(?, epoch)", head, epoch);
	}

	/** Notes the epoch of all that a device knows which has only sent rows so far. */
	public void noteFirstEpoch(@Nullable String epoch) throws SQLException {
		this.database.update("UPDATE _sync_state SET epoch = ? WHERE epoch IS NULL AND cursor = 0", epoch);
	}

	/** Returns the latest time of an entry that was seen, in microseconds. */
	public long seenMicros() throws SQLException {
		return this.database.number("SELECT seen_micros FROM _sync_state");
	}

	public void noteSeenMicros(long micros) throws SQLException {
		this.database.update("UPDATE _sync_state SET seen_micros = max(seen_micros, ?)", micros);
	}

	/** Notes that the history of the server is another one. */
	public void noteRecovery(Recovery.Reason reason, String message) throws SQLException {
		this.database.update("UPDATE _sync_state SET recovery = ?, recovery_message = ?", reason.name(), message);
		abandonHydration();
	}

	/** Returns the reason for the next recovery, or null if none is needed. */
	public @Nullable Recovery recovery() throws SQLException {
		return this.database.first("SELECT recovery, recovery_message FROM _sync_state WHERE recovery IS NOT NULL",
				(row) -> new RecoveryReport(Recovery.Reason.valueOf(row.getString(1)), row.getString(2), 0));
	}

	// hydration

	/** Begins to fill a database that knows no row of the server. */
	public void beginFilling() throws SQLException {
		this.database.update("""
				UPDATE _sync_state SET filling = 1
				WHERE hydrated = 0 AND cursor = 0 AND NOT EXISTS (SELECT 1 FROM _sync_row)""");
	}

	/** Returns whether the database is being filled and no recovery is needed. */
	public boolean isFilling() throws SQLException {
		return this.database.number("SELECT filling AND NOT hydrated AND recovery IS NULL FROM _sync_state") > 0;
	}

	/** Notes that a database is not filled any more, but compared. */
	public void abandonFilling() throws SQLException {
		this.database.update("UPDATE _sync_state SET filling = 0 WHERE filling <> 0");
	}

	/** Returns the window of a hydration that was begun, or null. */
	public @Nullable Window hydration() throws SQLException {
		return this.database.first(
				"SELECT hydrate_after, hydrate_until FROM _sync_state WHERE hydrate_until IS NOT NULL",
				(row) -> new Window(row.getLong(1), row.getLong(2)));
	}

	/**
	 * Begins a hydration.
	 * @param expiredRows the number of rows whose tombstones the server has no more
	 */
	public Window beginHydration(long expiredRows) throws SQLException {
		this.database.update("DELETE FROM _sync_staged");
		this.database.update("""
				UPDATE _sync_state SET hydrate_after = 0, hydrate_until = 0, hydrate_marked = 0, hydrate_mark = 0,
				                       hydrate_print = NULL, hydrate_micros = 0, hydrate_expired = ?""", expiredRows);
		return new Window(0, 0);
	}

	/** Returns what {@link #beginHydration} has noted. */
	public long hydrationExpiredRows() throws SQLException {
		return this.database.number("SELECT hydrate_expired FROM _sync_state");
	}

	public void moveHydration(Window window, long now) throws SQLException {
		this.database.update("UPDATE _sync_state SET hydrate_after = ?, hydrate_until = ?, last_download = ?",
				window.after(), window.until(), now);
	}

	/** Notes the last entry that was staged. */
	public void markStaged(long position, String print, long micros) throws SQLException {
		this.database.update("""
				UPDATE _sync_state
				SET hydrate_mark = ?, hydrate_print = ?, hydrate_micros = max(hydrate_micros, ?)""", position, print,
				micros);
	}

	/** Returns whether the rows that the server lacks were marked in this hydration. */
	public boolean isMissingMarked() throws SQLException {
		return this.database.number("SELECT hydrate_marked FROM _sync_state") > 0;
	}

	public void noteMissingMarked() throws SQLException {
		this.database.update("UPDATE _sync_state SET hydrate_marked = 1");
	}

	/** Takes the history that was staged in place of the one that was seen before. */
	public void adoptStagedHistory(@Nullable String epoch) throws SQLException {
		this.database.update("""
				UPDATE _sync_state
				SET head = hydrate_until, mark = hydrate_mark, mark_print = hydrate_print, epoch = ?,
				    seen_micros = max(seen_micros, hydrate_micros), hydrate_mark = 0, hydrate_print = NULL,
				    hydrate_micros = 0, losses = losses + (recovery IS NOT NULL),
				    recovery = NULL, recovery_message = NULL""", epoch);
	}

	/** Ends a hydration; the cursor may move back, if the server was put back. */
	public void endHydration() throws SQLException {
		this.database.update("""
				UPDATE _sync_state SET cursor = hydrate_until, window_until = hydrate_until, hydrated = 1, filling = 0,
				                       hydrate_after = NULL, hydrate_until = NULL, restarted = 0""");
	}

	/** Abandons a hydration that was interrupted, and the rows that it has staged. */
	public void abandonHydration() throws SQLException {
		abandonHydration("hydrate_until IS NOT NULL");
	}

	/** Abandons a hydration whose window ends before the cursor. */
	public void abandonOvertakenHydration() throws SQLException {
		abandonHydration("hydrate_until < cursor");
	}

	private void abandonHydration(String condition) throws SQLException {
		if (this.database
			.update("UPDATE _sync_state SET hydrate_after = NULL, hydrate_until = NULL WHERE " + condition) > 0) {
			this.database.update("DELETE FROM _sync_staged");
		}
	}

	// comparison

	/** Returns the window of the comparison; it begins at 0. */
	public Window comparison() throws SQLException {
		Window window = this.database.first("SELECT compare_after, compare_until FROM _sync_state",
				(row) -> new Window(row.getLong(1), row.getLong(2)));
		return Objects.requireNonNull(window);
	}

	public void moveComparison(Window window) throws SQLException {
		this.database.update("UPDATE _sync_state SET compare_after = ?, compare_until = ?", window.after(),
				window.until());
	}

	/** Ends the comparison; the next one begins at the start of the stream. */
	public void endComparison() throws SQLException {
		this.database.update(
				"UPDATE _sync_state SET compare_after = NULL, compare_until = NULL WHERE compare_after IS NOT NULL");
	}

	/**
	 * The positions of this device in the stream.
	 *
	 * @param cursor the position up to which changes of other devices are known
	 * @param ownCursor the position up to which its own changes are known
	 * @param windowUntil the end of the last window
	 * @param hydrated whether it has seen the whole stream once
	 */
	public record Position(long cursor, long ownCursor, long windowUntil, boolean hydrated) {

	}

	/**
	 * The part of the status that is in this table.
	 *
	 * @param cursor the position up to which changes are known
	 * @param windowUntil the end of the last window
	 * @param lastUpload when the server last answered an upload, in milliseconds, or 0
	 * @param lastDownload when the server last answered a download, in milliseconds, or 0
	 * @param hydrated whether the device has seen the whole stream once
	 * @param recovering whether a recovery is needed
	 */
	public record Summary(long cursor, long windowUntil, long lastUpload, long lastDownload, boolean hydrated,
			boolean recovering) {

	}

	/**
	 * A frozen window of the stream that is being collected.
	 *
	 * @param after the position up to which it was collected
	 * @param until its end, 0 while that is not known
	 */
	public record Window(long after, long until) {

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.hydrate;

import java.sql.SQLException;
import java.util.List;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.apply.Dispute;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.store.ChangeIds;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.LostVersions;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.support.SqliteValues;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.table.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * The additional steps of a hydration when the server has another history than the one
 * that this database has seen. A version then says nothing by itself, since it may have
 * been handed out twice: a row is known to the server only if its history has the version
 * that is known here, with the content that it has here. Rows that are not are disputed.
 */
public final class Reconciliation {

	private static final String UNKNOWN = """
			r.deleted <> 0 AND NOT EXISTS (
			  SELECT 1 FROM _sync_staged AS s WHERE s.table_no = r.table_no AND s.key = r.key)
			AND NOT EXISTS (SELECT 1 FROM _sync_dirty AS d WHERE d.table_no = r.table_no AND d.key = r.key)""";

	/** The version of a delete after an insert. */
	private static final long DELETE_OF_INSERT = 2;

	/** A result of {@link #regained}: the versions prove nothing. */
	private static final long UNPROVEN = -1;

	private final Database database;

	private final SyncState state;

	private final LocalKeys keys;

	private final LocalRows rows;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final Outbox outbox;

	private final String sourceId;

	public Reconciliation(ClientStore store, String sourceId) {
		this.database = store.database();
		this.state = store.state();
		this.keys = store.keys();
		this.rows = store.rows();
		this.versions = store.versions();
		this.pending = store.pending();
		this.outbox = store.outbox();
		this.sourceId = sourceId;
	}

	/** Returns whether the server's history is another one. */
	boolean isNeeded() throws SQLException {
		return this.state.recovery() != null;
	}

	/**
	 * Begins: rows of the old history that are held are not waited for any more, and a
	 * comparison with it begins again with the new one.
	 */
	void begin() throws SQLException {
		this.database.update("DELETE FROM _sync_held");
		this.database.update("DELETE FROM _sync_image");
		this.state.endComparison();
	}

	/**
	 * Examines an entry of the server's history before it is staged.
	 * @return whether the server's history is that of the row as it is known here
	 */
	boolean isConfirmed(LocalTable table, Object key, ReceivedChange change) throws SQLException {
		confirmUpload(table, key, change);
		if (this.database.number("SELECT confirmed FROM _sync_staged WHERE table_no = ? AND key = ?", table.no(),
				key) > 0) {
			return true;
		}
		RowVersions.Known known = this.versions.known(table, key);
		return known == null || (known.version() == change.row().version() && isSame(table, key, change, known));
	}

	/**
	 * Returns up to which version of the lost history a row has come back, 0 for none: a
	 * device that has a later one is ahead. The number proves nothing, and is -1, if the
	 * content under it is another one, or if the server was lost before.
	 */
	long regained(LocalTable table, Object key, ReceivedChange change) throws SQLException {
		Long before = this.database.first("SELECT regained FROM _sync_staged WHERE table_no = ? AND key = ?",
				(row) -> row.getLong(1), table.no(), key);
		// a row that the server does not know at all goes on with the next version
		long regained = (before != null) ? before : LostVersions.count(change.row().version() - 1);
		if (regained == UNPROVEN || isUnproven(table, key, change)) {
			return UNPROVEN;
		}
		return Math.max(regained, ChangeIds.lostVersion(change.sourceChangeId()));
	}

	private boolean isUnproven(LocalTable table, Object key, ReceivedChange change) throws SQLException {
		RowVersions.Known known = this.versions.known(table, key);
		if (known == null) {
			return false;
		}
		long lost = ChangeIds.lostVersion(change.sourceChangeId());
		return (lost > 0 && lost == LostVersions.count(known.version())) ? !isSame(table, key, change, known)
				: ChangeIds.isUnproven(change.sourceChangeId());
	}

	/**
	 * Returns whether another device has edited a row after everything that was seen
	 * here; one that was only brought back was not.
	 */
	boolean isLate(ReceivedChange change) throws SQLException {
		return !change.sourceId().equals(this.sourceId) && ChangeIds.lostVersion(change.sourceChangeId()) == 0
				&& change.micros() > this.state.seenMicros();
	}

	/** The history has an upload of this device whose answer was lost. */
	private void confirmUpload(LocalTable table, Object key, ReceivedChange change) throws SQLException {
		long sent = change.sourceId().equals(this.sourceId) ? this.outbox.find(table, key, change.sourceChangeId()) : 0;
		if (sent > 0) {
			this.database.update("DELETE FROM _sync_outbox WHERE change_id = ?", sent);
			this.versions.applied(table, key, change.row().version(), change.row().deleted());
		}
	}

	private boolean isSame(LocalTable table, Object key, ReceivedChange change, RowVersions.Known known)
			throws SQLException {
		SyncRow before = this.rows.read(table, key);
		List<Before> edits = this.database.query("""
				SELECT base FROM (
				  SELECT 1 AS seniority, base FROM _sync_outbox WHERE table_no = ? AND key = ?
				  UNION ALL SELECT 2, base FROM _sync_quarantine WHERE table_no = ? AND key = ?
				  UNION ALL SELECT 3, base FROM _sync_dirty WHERE table_no = ? AND key = ?)
				ORDER BY seniority LIMIT 1""", (row) -> new Before(row.getString(1)), table.no(), key, table.no(), key,
				table.no(), key);
		if (!edits.isEmpty()) {
			String base = edits.get(0).base;
			if (base == null && known.isLive()) {
				// not known what it was
				return false;
			}
			before = (base != null) ? BaseImage.read(base) : null;
		}
		RowPayload payload = change.row().payload();
		return (before == null || payload == null) ? before == null && payload == null
				: SqliteValues.same(before, PayloadCodec.read(table, key, payload));
	}

	/**
	 * The whole history was seen: uploads without an answer that are not in it are
	 * pending again, and edits among them go under other numbers.
	 */
	void finish(LocalTables tables) throws SQLException {
		for (LocalTable table : tables.parentsFirst()) {
			this.versions.notAwaited(table);
		}
		for (OutboxEntry change : this.outbox.all()) {
			this.pending.keep(change, 0, null);
			noteDelete(change);
		}
		this.database.update("DELETE FROM _sync_outbox");
		// versions of rows that the server does not know begin again, and deletes stay
		// known; what is awaited was not deleted, and will not come
		this.database.update("INSERT OR REPLACE INTO _sync_lost (table_no, key, version)"
				+ " SELECT r.table_no, r.key, CASE WHEN r.deleted = " + RowVersions.AWAITED
				+ " THEN 0 ELSE r.version & " + LostVersions.COUNT + " END FROM _sync_row AS r WHERE " + UNKNOWN);
		this.database.update("DELETE FROM _sync_row AS r WHERE " + UNKNOWN);
	}

	/**
	 * A new row that was deleted before its answer came leaves nothing to be sent. But
	 * the server may have had it until it was put back, and another device brings it
	 * back.
	 */
	private void noteDelete(OutboxEntry change) throws SQLException {
		if (change.version() == 0 && this.rows.read(change.table(), change.key()) == null
				&& this.versions.known(change.table(), change.key()) == null && !isStaged(change)) {
			this.pending.noteLostDelete(change.table(), change.key(), DELETE_OF_INSERT);
		}
	}

	private boolean isStaged(OutboxEntry change) throws SQLException {
		return this.database.number("SELECT count(*) FROM _sync_staged WHERE table_no = ? AND key = ?",
				change.table().no(), change.key()) > 0;
	}

	/**
	 * Returns what is to be decided about a staged row.
	 * @param late whether its last change {@link #isLate}
	 * @param regained see {@link #regained}
	 */
	Dispute dispute(LocalTable table, String pk, boolean confirmed, boolean late, long regained) throws SQLException {
		RowVersions.Known known = this.versions.known(table, this.keys.local(table, pk, null));
		if (confirmed || known == null) {
			return Dispute.NONE;
		}
		if (regained == UNPROVEN) {
			return Dispute.UNPROVEN;
		}
		if (LostVersions.count(known.version()) <= regained) {
			return Dispute.REGAINED;
		}
		return late ? Dispute.WRITTEN_LATER : Dispute.LOST;
	}

	/** A row before it was edited here. */
	private record Before(@Nullable String base) {
	}

}

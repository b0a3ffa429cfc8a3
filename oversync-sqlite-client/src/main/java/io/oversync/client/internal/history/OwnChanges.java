/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import java.sql.SQLException;
import java.util.List;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no change of this device in the stream stays unknown here. Downloads
 * leave a device's own changes out, since it has them; but a database that was put back
 * from a backup lacks some, and a second installation with the same id makes others.
 *
 * <p>
 * So after each open they are downloaded, too, from the position up to which all are
 * known. From then on it is counted: between two positions there are as many entries as
 * were downloaded and as the server has confirmed to this device. If the numbers differ,
 * they are downloaded again.
 */
public final class OwnChanges {

	private final Database database;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final RowVersions versions;

	private final String sourceId;

	/**
	 * The first id of this run: lower ones are of an earlier run, or not this database's.
	 */
	private final long firstId;

	private boolean wanted = true;

	/** Whether the client has just been opened, and nothing was compared yet. */
	private boolean first = true;

	/** Whether the ids were noted that the server has seen, but not yet the changes. */
	private boolean looked;

	/** Whether positions are passed over that this device cannot see. */
	private boolean sparse;

	/**
	 * Where the reading with own changes began and goes on, and how many it has brought.
	 */
	private Reading reading = new Reading(0, 0, 0);

	public OwnChanges(Database database, LocalTables tables, LocalKeys keys, RowVersions versions, String sourceId) {
		this.database = database;
		this.tables = tables;
		this.keys = keys;
		this.versions = versions;
		this.sourceId = sourceId;
		this.firstId = database.read(() -> database.number("SELECT next_change_id FROM _sync_state"));
	}

	/** Whether the next page is to show own changes. */
	public boolean isWanted() {
		return this.wanted;
	}

	/** Whether the client has just been opened, and what came before is not known. */
	public boolean isFirst() {
		return this.first;
	}

	/** Whether ids that the server has seen from this device may be unknown here. */
	public boolean isIdMissing() {
		return this.first && !this.looked;
	}

	/** Notes that the ids which the server has seen were noted. */
	public void looked() {
		this.looked = true;
	}

	/**
	 * Counts the changes of a page that are this device's and that this database does not
	 * know, before they are written.
	 */
	public int unknown(List<ReceivedChange> changes) throws SQLException {
		int unknown = 0;
		for (ReceivedChange change : changes) {
			if (change.sourceId().equals(this.sourceId) && isUnknown(change)) {
				unknown++;
			}
		}
		return unknown;
	}

	private boolean isUnknown(ReceivedChange change) throws SQLException {
		LocalTable table = this.tables.onServer(change.schema(), change.table());
		if (table == null) {
			return false;
		}
		Object key = this.keys.local(table, change.pk(), null);
		RowVersions.Known known = this.versions.known(table, key);
		return (known == null || known.version() < change.row().version())
				&& Outbox.find(this.database, table, key, change.sourceChangeId()) == 0
				&& !isOfThisRun(change.sourceChangeId());
	}

	/** A request that arrived late may have done more than its answer said. */
	private boolean isOfThisRun(long id) throws SQLException {
		return id >= this.firstId && id < this.database.number("SELECT next_change_id FROM _sync_state");
	}

	/**
	 * Notes what was seen of the stream, within the transaction that writes it.
	 * @param own whether it shows own changes
	 * @return whether all own changes up to its end are known
	 */
	public boolean note(StreamSpan span, boolean own) throws SQLException {
		if (own) {
			this.database.update("UPDATE _sync_state SET own_cursor = max(own_cursor, ?)", span.until());
			if (!span.more()) {
				this.database.update("UPDATE _sync_state SET accounted = 0");
				LastConfirmed.settled(this.database);
			}
			return true;
		}
		this.database.update("UPDATE _sync_state SET accounted = accounted + ?", span.count());
		if (span.more()) {
			return true;
		}
		boolean grown = this.database.number("SELECT own_cursor FROM _sync_state") < span.until();
		boolean complete = this.database.update("""
				UPDATE _sync_state SET own_cursor = ?, accounted = 0 WHERE ? - own_cursor = accounted""", span.until(),
				span.until()) > 0;
		if (complete) {
			if (grown) {
				CountedChange.counted(this.database, span.until());
			}
			LastConfirmed.settled(this.database);
		}
		return complete;
	}

	/**
	 * Notes changes that the server has appended for this device.
	 * @param batch what was sent
	 * @param changes how many of it
	 * @param last the last of them, or null
	 */
	public void confirmed(List<OutboxEntry> batch, int changes, @Nullable OutboxEntry last) throws SQLException {
		this.database.update("UPDATE _sync_state SET accounted = accounted + ?", changes);
		if (changes > 0) {
			CountedChange.confirmed(this.database, batch);
		}
		if (last != null) {
			LastConfirmed.note(this.database, last);
		}
	}

	/** Everything was hydrated. */
	public void noteHydrated() throws SQLException {
		this.database.update("UPDATE _sync_state SET own_cursor = hydrate_until, accounted = 0");
		CountedChange.forget(this.database);
		LastConfirmed.settled(this.database);
	}

	/**
	 * Goes on after what was seen was committed.
	 * @param complete what {@link #note} has returned
	 */
	public void committed(StreamSpan span, boolean own, boolean complete) {
		if (!own) {
			this.wanted |= !complete;
			return;
		}
		Reading before = (this.reading.next == span.after()) ? this.reading
				: new Reading(span.after(), span.after(), 0);
		this.reading = new Reading(before.from, span.until(), before.count + span.count());
		if (!span.more()) {
			this.sparse |= this.reading.next - this.reading.from != this.reading.count;
			this.wanted = this.sparse;
			this.first = false;
			this.reading = new Reading(span.until(), span.until(), 0);
		}
	}

	/** A run of pages. */
	private record Reading(long from, long next, long count) {
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import java.sql.SQLException;
import java.util.List;
import java.util.LongSummaryStatistics;

import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.store.ChangeIds;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.ConfirmedChange;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import org.jspecify.annotations.Nullable;

/**
 * Ensures that this database knows all changes of this device in the stream. Downloads
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

	private final SyncState state;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final RowVersions versions;

	private final Outbox outbox;

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

	public OwnChanges(ClientStore store, String sourceId) {
		this.state = store.state();
		this.tables = store.tables();
		this.keys = store.keys();
		this.versions = store.versions();
		this.outbox = store.outbox();
		this.sourceId = sourceId;
		this.firstId = store.database().read(this.state::nextChangeId);
	}

	public String sourceId() {
		return this.sourceId;
	}

	/** Returns whether the next page is to show own changes. */
	public boolean isWanted() {
		return this.wanted;
	}

	/**
	 * Returns whether the client has just been opened, and what came before is not known.
	 */
	public boolean isFirst() {
		return this.first;
	}

	/**
	 * Returns whether ids that the server has seen from this device may be unknown here.
	 */
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
				&& this.outbox.find(table, key, change.sourceChangeId()) == 0 && !isOfThisRun(change.sourceChangeId());
	}

	/** A request that arrived late may have done more than its answer said. */
	private boolean isOfThisRun(long id) throws SQLException {
		return id >= this.firstId && id < this.state.nextChangeId();
	}

	/**
	 * Notes what was seen of the stream, within the transaction that writes it.
	 * @param own whether it shows own changes
	 * @return whether all own changes up to its end are known
	 */
	public boolean note(StreamSpan span, boolean own) throws SQLException {
		if (own) {
			this.state.moveOwnCursor(span.until());
			if (!span.more()) {
				this.state.clearAccount();
				this.state.settleConfirmed();
			}
			return true;
		}
		this.state.account(span.count());
		if (span.more()) {
			return true;
		}
		boolean grown = this.state.ownCursor() < span.until();
		boolean complete = this.state.closeAccount(span.until());
		if (complete) {
			if (grown) {
				this.state.noteCounted(span.until());
			}
			this.state.settleConfirmed();
		}
		return complete;
	}

	/**
	 * Notes changes that the server has appended for this device.
	 * @param batch the changes that were sent
	 * @param changes the number of them that were appended
	 * @param unseen the number of those that were not seen in the stream before
	 * @param last what the stream has last of what the answer shows, or null
	 */
	public void confirmed(List<OutboxEntry> batch, int changes, int unseen, @Nullable ConfirmedChange last)
			throws SQLException {
		this.state.account(changes);
		if (changes > 0) {
			LongSummaryStatistics ids = batch.stream().mapToLong(OutboxEntry::changeId).summaryStatistics();
			this.state.noteConfirmedIds(ids.getMin(), ids.getMax());
			this.state.countOwn(unseen);
		}
		if (last != null) {
			this.state.noteConfirmed(last);
		}
	}

	/**
	 * An id that this device has used, perhaps in an earlier database, is not used again.
	 */
	public void noteIds(List<ReceivedChange> changes) throws SQLException {
		long highest = highestOwnId(changes);
		if (highest > 0) {
			this.state.skipChangeId(highest);
		}
	}

	/**
	 * A device that begins after the server was lost knows later versions than others.
	 */
	public void noteLosses(List<ReceivedChange> changes) throws SQLException {
		if (changes.stream().anyMatch((change) -> change.sourceChangeId() > ChangeIds.MAX)) {
			this.state.noteEarlierLoss();
		}
	}

	private long highestOwnId(List<ReceivedChange> changes) {
		return changes.stream()
			.filter((change) -> change.sourceId().equals(this.sourceId))
			.mapToLong(ReceivedChange::sourceChangeId)
			.filter((id) -> id < ChangeIds.MAX)
			.max()
			.orElse(0);
	}

	/** Notes that the last confirmed change was seen, if it is one of these. */
	public void noteConfirmed(List<ReceivedChange> changes) throws SQLException {
		ConfirmedChange confirmed = this.state.confirmed();
		if (confirmed != null && changes.stream().anyMatch((change) -> confirmed.is(change, this.sourceId))) {
			this.state.settleConfirmed();
		}
	}

	/** Everything was hydrated. */
	public void noteHydrated() throws SQLException {
		this.state.noteOwnHydrated();
		this.state.settleConfirmed();
	}

	/**
	 * Notes that a span was committed.
	 * @param complete the result of {@link #note}
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

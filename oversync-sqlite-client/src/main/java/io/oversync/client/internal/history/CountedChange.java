/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import java.sql.SQLException;
import java.util.List;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.store.ChangeIds;
import io.oversync.client.internal.store.OutboxEntry;

/**
 * A change of this device at the end of what was counted of the stream, which no page has
 * shown: only its number says whether a change that is found there is that one, and not
 * another of this device in another history of the server.
 *
 * @param position where it is, 0 for nowhere
 * @param first the lowest number that the server has confirmed since everything was
 * hydrated
 * @param last the highest
 */
record CountedChange(long position, long first, long last) {

	private static final long NUMBERS = 1L << 32;

	/** Notes a batch that was confirmed, within the transaction that settles it. */
	static void confirmed(Database database, List<OutboxEntry> batch) throws SQLException {
		long first = batch.stream().mapToLong(OutboxEntry::changeId).min().orElse(0);
		long last = batch.stream().mapToLong(OutboxEntry::changeId).max().orElse(0);
		database.update("""
				UPDATE _sync_state SET own_last = max(own_last, ?),
				                       own_first = CASE own_first WHEN 0 THEN ? ELSE min(own_first, ?) END""", last,
				first, first);
	}

	/**
	 * Notes where the changes end that were counted, within the transaction that does.
	 */
	static void counted(Database database, long position) throws SQLException {
		database.update("UPDATE _sync_state SET counted = ? WHERE mark < ?", position, position);
	}

	/** Whatever is in the stream was seen. */
	static void forget(Database database) throws SQLException {
		database.update("UPDATE _sync_state SET counted = 0, own_first = 0, own_last = 0");
	}

	/** Returns whether a change at the position is one that was confirmed. */
	boolean is(ReceivedChange change, String sourceId) {
		long id = change.sourceChangeId();
		if (!change.sourceId().equals(sourceId)) {
			return false;
		}
		// of a row that went back only the end of the number is the change's own
		return (id > ChangeIds.MAX) ? Math.floorMod(id - this.first, NUMBERS) <= this.last - this.first
				: id >= this.first && id <= this.last;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.transport.SyncServer;
import org.jspecify.annotations.Nullable;

/**
 * The last change of this device that the server has confirmed, until it was seen in the
 * stream or counted there. A server that was put back after the answer does not have it,
 * and nothing else shows that once others have written as much as was lost.
 */
public final class LastConfirmed {

	private static final int PAGE = 1000;

	private final Database database;

	private final SyncServer server;

	private final LocalTables tables;

	private final String sourceId;

	LastConfirmed(Database database, SyncServer server, LocalTables tables, String sourceId) {
		this.database = database;
		this.server = server;
		this.tables = tables;
		this.sourceId = sourceId;
	}

	/**
	 * Notes a change that was confirmed, and not seen in the stream before, within the
	 * transaction that settles it.
	 */
	static void note(Database database, OutboxEntry entry) throws SQLException {
		database.update("UPDATE _sync_state SET confirmed_id = ?, confirmed_row = ?, confirmed_delete = ?",
				entry.toChange().sourceChangeId(),
				name(entry.table().serverSchema(), entry.table().serverTable(), entry.pk()),
				entry.op().equals("DELETE"));
	}

	/** All own changes up to the end of the stream are known or counted. */
	static void settled(Database database) throws SQLException {
		database.update("UPDATE _sync_state SET confirmed_id = 0 WHERE confirmed_id > 0");
	}

	/** Notes changes that were seen, within the transaction that writes them. */
	public static void seen(Database database, String sourceId, List<ReceivedChange> changes) throws SQLException {
		Pending pending = pending(database);
		if (pending != null && changes.stream().anyMatch((change) -> pending.is(change, sourceId))) {
			settled(database);
		}
	}

	/** Whether there is a change to be looked for. */
	boolean isDue() {
		return pending().isPresent();
	}

	/**
	 * Looks for the change.
	 * @return the place where it is, null if there is none to be looked for
	 * @throws MissingException if the stream does not have it
	 */
	@Nullable ReceivedChange find() throws MissingException {
		Pending pending = pending().orElse(null);
		if (pending == null) {
			return null;
		}
		ReceivedChange[] found = new ReceivedChange[1];
		long after = pending.after;
		DownloadPage page;
		do {
			page = this.server.download(after, PAGE, null, true, 0, (part) -> look(part, pending, found));
			look(page.changes(), pending, found);
			after = page.nextAfter();
		}
		while (found[0] == null && page.hasMore());
		if (found[0] == null) {
			throw new MissingException();
		}
		return found[0];
	}

	private void look(List<ReceivedChange> changes, Pending pending, @Nullable ReceivedChange[] found) {
		for (ReceivedChange change : changes) {
			if (pending.is(change, this.sourceId)) {
				found[0] = change;
			}
		}
	}

	private static String name(String schema, String table, String pk) {
		return schema + "." + table + ":" + pk;
	}

	private Optional<Pending> pending() {
		return this.database.read(() -> Optional.ofNullable(pending(this.database)));
	}

	private static @Nullable Pending pending(Database database) throws SQLException {
		return database.first("""
				SELECT confirmed_id, confirmed_row, confirmed_delete, own_cursor FROM _sync_state
				WHERE confirmed_id > 0""",
				(row) -> new Pending(row.getLong(1), row.getString(2), row.getBoolean(3), row.getLong(4)));
	}

	/**
	 * A change that was confirmed and not seen yet.
	 *
	 * @param id its number
	 * @param row the row
	 * @param delete whether it is a delete
	 * @param after the position that it lies behind
	 */
	private record Pending(long id, String row, boolean delete, long after) {

		/** A delete may also have been done with that of a parent, by the server. */
		boolean is(ReceivedChange change, String sourceId) {
			boolean own = change.sourceChangeId() == this.id && change.sourceId().equals(sourceId);
			return (own || (this.delete && change.row().deleted()))
					&& name(change.schema(), change.table(), change.pk()).equals(this.row);
		}

	}

	/** The stream does not have a change that was confirmed. */
	static final class MissingException extends Exception {

	}

}

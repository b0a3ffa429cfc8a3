/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import java.util.List;
import java.util.Optional;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.ConfirmedChange;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.transport.SyncServer;
import org.jspecify.annotations.Nullable;

/**
 * The last change of this device that the server has confirmed, or the row that it has
 * met with a conflict, until it was seen in the stream or counted there. A server that
 * was put back after the answer does not have it, and nothing else shows that once others
 * have written as much as was lost.
 */
public final class LastConfirmed {

	private static final int PAGE = 1000;

	private final Database database;

	private final SyncState state;

	private final SyncServer server;

	private final String sourceId;

	LastConfirmed(ClientStore store, SyncServer server, String sourceId) {
		this.database = store.database();
		this.state = store.state();
		this.server = server;
		this.sourceId = sourceId;
	}

	/** Returns whether there is a change to be looked for. */
	boolean isDue() {
		return pending().isPresent();
	}

	/**
	 * Looks for the change, and for as many of this device as were confirmed: the last
	 * one may also be there because its request has come a second time, late.
	 * @return the place where it is, null if there is none to be looked for
	 * @throws MissingException if the stream does not have it, or not all
	 */
	@Nullable ReceivedChange find() throws MissingException {
		ConfirmedChange pending = pending().orElse(null);
		if (pending == null) {
			return null;
		}
		Search search = new Search(pending);
		long after = pending.after();
		DownloadPage page;
		do {
			page = this.server.peek(after, PAGE, search::look);
			search.look(page.changes());
			after = page.nextAfter();
		}
		while (!search.isOver() && page.hasMore());
		if (search.found == null || !search.isOver()) {
			throw new MissingException();
		}
		return search.found;
	}

	private Optional<ConfirmedChange> pending() {
		return this.database.read(() -> Optional.ofNullable(this.state.confirmed()));
	}

	/** A search through the stream. */
	private final class Search {

		private final ConfirmedChange pending;

		private @Nullable ReceivedChange found;

		private long own;

		Search(ConfirmedChange pending) {
			this.pending = pending;
		}

		void look(List<ReceivedChange> changes) {
			for (ReceivedChange change : changes) {
				if (this.pending.is(change, LastConfirmed.this.sourceId)) {
					this.found = change;
				}
				// a page may begin with restored rows, which lie before
				if (change.serverId() > this.pending.after() && change.sourceId().equals(LastConfirmed.this.sourceId)) {
					this.own++;
				}
			}
		}

		boolean isOver() {
			return this.found != null && this.own >= this.pending.own();
		}

	}

	/** The stream does not have a change that was confirmed. */
	static final class MissingException extends Exception {

	}

}

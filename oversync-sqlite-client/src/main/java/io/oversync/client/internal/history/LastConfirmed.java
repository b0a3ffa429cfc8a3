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
 * met with a conflict, until it was seen in the stream or counted there. A server that was put back after the answer does not have it,
 * and nothing else shows that once others have written as much as was lost.
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
	 * Looks for the change.
	 * @return the place where it is, null if there is none to be looked for
	 * @throws MissingException if the stream does not have it
	 */
	@Nullable ReceivedChange find() throws MissingException {
		ConfirmedChange pending = pending().orElse(null);
		if (pending == null) {
			return null;
		}
		ReceivedChange[] found = new ReceivedChange[1];
		long after = pending.after();
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

	private void look(List<ReceivedChange> changes, ConfirmedChange pending, @Nullable ReceivedChange[] found) {
		for (ReceivedChange change : changes) {
			if (pending.is(change, this.sourceId)) {
				found[0] = change;
			}
		}
	}

	private Optional<ConfirmedChange> pending() {
		return this.database.read(() -> Optional.ofNullable(this.state.confirmed()));
	}

	/** The stream does not have a change that was confirmed. */
	static final class MissingException extends Exception {

	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal;

import java.sql.SQLException;
import java.util.List;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.SyncException;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.Quarantine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the application decides about quarantined changes.
 */
final class QuarantineDecisions {

	private static final Logger logger = LoggerFactory.getLogger(QuarantineDecisions.class);

	/** Changes that one transaction is about, since there may be many. */
	private static final int STEP = 200;

	private final Database database;

	private final Quarantine quarantine;

	private final ServerRowApplier serverRows;

	QuarantineDecisions(ClientStore store, ServerRowApplier serverRows) {
		this.database = store.database();
		this.quarantine = store.quarantine();
		this.serverRows = serverRows;
	}

	List<QuarantinedChange> list() {
		return this.database.read(this.quarantine::list);
	}

	boolean retry(long id) {
		return this.database.write(() -> this.quarantine.retry(id));
	}

	boolean discard(long id) {
		return this.database.apply(() -> {
			boolean found = this.quarantine.discard(id);
			this.serverRows.releaseHeld();
			return found;
		});
	}

	int retryAll() {
		return each(this.quarantine::retry);
	}

	/** Discards all changes but those whose rows cannot be put back. */
	int discardAll() {
		return each((id) -> {
			boolean[] found = new boolean[1];
			String forbidden = this.database.attempt("discard " + id, () -> found[0] = this.quarantine.discard(id));
			return forbidden == null && found[0];
		});
	}

	private int each(Decision decision) {
		int done = 0;
		List<Long> ids = this.database.read(() -> this.quarantine.ids(0, STEP));
		while (!ids.isEmpty()) {
			List<Long> step = ids;
			done += this.database.apply(() -> carryOut(step, decision));
			ids = this.database.read(() -> this.quarantine.ids(step.get(step.size() - 1), STEP));
		}
		return done;
	}

	private int carryOut(List<Long> ids, Decision decision) throws SQLException {
		int done = 0;
		for (long id : ids) {
			try {
				done += decision.carryOut(id) ? 1 : 0;
			}
			catch (SyncException ex) {
				logger.info("A change stays in quarantine: {}", ex.getMessage());
			}
		}
		this.serverRows.releaseHeld();
		return done;
	}

	/** A decision about a change; returns whether it was carried out. */
	private interface Decision {

		boolean carryOut(long id) throws SQLException;

	}

}

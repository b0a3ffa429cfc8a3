/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal;

import java.sql.SQLException;
import java.time.Instant;

import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.download.Downloader;
import io.oversync.client.internal.report.StatusReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.SyncState;
import org.jspecify.annotations.Nullable;

/**
 * Reads the status from the database. The last status is kept for moments at which the
 * database is in use.
 */
final class StatusReader {

	private final Database database;

	private final SyncState state;

	private final PendingChanges pending;

	private final ServerRowApplier serverRows;

	private final Downloader downloader;

	private volatile StatusReport last;

	StatusReader(ClientStore store, ServerRowApplier serverRows, Downloader downloader) {
		this.database = store.database();
		this.state = store.state();
		this.pending = store.pending();
		this.serverRows = serverRows;
		this.downloader = downloader;
		this.last = this.database.read(this::read);
	}

	/** Returns the status that was read last. */
	StatusReport last() {
		return this.last;
	}

	/** Reads the status, within a transaction. */
	StatusReport read() throws SQLException {
		long quarantined = this.database.number("SELECT count(*) FROM _sync_quarantine");
		long waiting = this.database.number("""
				SELECT (SELECT count(*) FROM _sync_dirty AS d WHERE problem IS NOT NULL OR EXISTS (
				          SELECT 1 FROM _sync_table AS t WHERE t.table_no = d.table_no AND t.retry_at IS NOT NULL))
				     + (SELECT count(*) FROM _sync_outbox WHERE problem IS NOT NULL)""");
		SyncState.Summary summary = this.state.summary();
		StatusReport status = new StatusReport(this.pending.count(), waiting, quarantined, this.serverRows.heldCount(),
				summary.cursor(), Math.max(0, summary.windowUntil() - summary.cursor()), instant(summary.lastUpload()),
				instant(Math.max(summary.lastDownload(), this.downloader.lastAnswer())), summary.hydrated(),
				summary.recovering());
		this.last = status;
		return status;
	}

	private static @Nullable Instant instant(long millis) {
		return (millis > 0) ? Instant.ofEpochMilli(millis) : null;
	}

}

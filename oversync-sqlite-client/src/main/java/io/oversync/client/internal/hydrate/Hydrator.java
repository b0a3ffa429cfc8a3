/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.hydrate;

import java.sql.SQLException;
import java.util.function.Consumer;

import io.oversync.client.HydrateProgress;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.download.Downloader;
import io.oversync.client.internal.report.DownloadReport;
import io.oversync.client.internal.report.HydrateProgressReport;
import io.oversync.client.internal.report.HydrateReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.SyncState;

/**
 * Fetches everything from the server. A database that knows no row of the server is
 * filled by downloads from the start of the stream; any other is compared with the server
 * by {@link RowRecovery}.
 */
public final class Hydrator {

	private final Database database;

	private final SyncState state;

	private final Downloader downloader;

	private final RowRecovery recovery;

	public Hydrator(ClientStore store, Downloader downloader, RowRecovery recovery) {
		this.database = store.database();
		this.state = store.state();
		this.downloader = downloader;
		this.recovery = recovery;
	}

	public HydrateReport hydrate(Consumer<HydrateProgress> progress) {
		return this.database.write(this::isToBeFilled) ? fill(progress) : this.recovery.run(progress);
	}

	/** A database that was being filled when something failed goes on with that. */
	private boolean isToBeFilled() throws SQLException {
		this.state.beginFilling();
		// rows of another history have to be examined one by one
		return this.state.isFilling();
	}

	private HydrateReport fill(Consumer<HydrateProgress> progress) {
		DownloadReport result = this.downloader
			.drain((total) -> progress.accept(this.database.read(() -> progress(total))));
		long rows = this.database.read(() -> this.database.number("SELECT count(*) FROM _sync_row"));
		return new HydrateReport(result.downloaded(), rows, result.applied(), 0, result.conflicts(), result.held());
	}

	private HydrateProgress progress(DownloadReport total) throws SQLException {
		SyncState.Position position = this.state.position();
		return new HydrateProgressReport(total.downloaded(), position.cursor(), position.windowUntil());
	}

}

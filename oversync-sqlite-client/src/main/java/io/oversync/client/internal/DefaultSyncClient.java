/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.oversync.client.DownloadResult;
import io.oversync.client.HeldRow;
import io.oversync.client.HydrateProgress;
import io.oversync.client.HydrateResult;
import io.oversync.client.QuarantinedChange;
import io.oversync.client.RepairResult;
import io.oversync.client.ServerFailure;
import io.oversync.client.SyncClient;
import io.oversync.client.SyncException;
import io.oversync.client.SyncListener;
import io.oversync.client.SyncResult;
import io.oversync.client.SyncStatus;
import io.oversync.client.UploadResult;
import io.oversync.client.VerifyResult;
import io.oversync.client.internal.apply.HeldRows;
import io.oversync.client.internal.background.AsideTask;
import io.oversync.client.internal.background.BackgroundSync;
import io.oversync.client.internal.background.HeadWatch;
import io.oversync.client.internal.capture.SchemaFollower;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.TablesChangedException;
import io.oversync.client.internal.download.PageSize;
import io.oversync.client.internal.protocol.StoredFailure;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.ServerFailureReport;
import io.oversync.client.internal.report.StatusReport;
import io.oversync.client.internal.store.ClientSchema;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.UnknownTables;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.transport.SyncServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client: runs one sync at a time, in the order that keeps what was changed here.
 */
public final class DefaultSyncClient implements SyncClient {

	private static final Logger logger = LoggerFactory.getLogger(DefaultSyncClient.class);

	/** A part of a page is written in less. */
	private static final Duration STATUS_PATIENCE = Duration.ofMillis(100);

	/** Syncs that start again because the application keeps changing its tables. */
	private static final int MAX_STARTS = 10;

	private final Database database;

	private final SyncServer server;

	private final SchemaFollower schema;

	private final LocalTables tables;

	private final HeldRows held;

	private final SyncSteps steps;

	private final QuarantineDecisions quarantine;

	private final StatusReader statusReader;

	private final BackgroundSync background;

	/** Null if this device polls only. */
	private final @Nullable HeadWatch watch;

	private final Listeners listeners = new Listeners();

	private final SyncTurn turn;

	private final AsideTask schemaTask = new AsideTask("oversync-tables", this::followSchema);

	/** The last status that listeners got; null if a new listener got none yet. */
	private volatile @Nullable StatusReport toldStatus;

	private DefaultSyncClient(ClientStore store, SyncServer server, SchemaFollower schema, ClientSettings settings) {
		this.database = store.database();
		this.server = server;
		this.schema = schema;
		this.tables = store.tables();
		this.held = new HeldRows(store);
		this.turn = new SyncTurn(this.database, this.listeners);
		this.steps = new SyncSteps(store, server, settings, this.listeners);
		this.quarantine = new QuarantineDecisions(store, this.steps.serverRows());
		this.statusReader = new StatusReader(store, this.steps.serverRows(), this.steps.downloader());
		this.background = new BackgroundSync(this::syncInBackground, this.listeners::tell, settings.backoff());
		this.watch = (settings.watching() && server.isStreaming())
				? new HeadWatch(server::watch, this::cursor, this.background, settings.backoff().copy()) : null;
	}

	/**
	 * Opens a client; the database is closed if that fails.
	 * @param database the database
	 * @param server the server
	 * @param settings the settings
	 * @return the client
	 */
	public static SyncClient open(Database database, SyncServer server, ClientSettings settings) {
		try {
			UnknownTables.checkNames(settings.tables(), settings.schema());
			database.write(() -> {
				ClientSchema.open(database, settings.user(), settings.source(), settings.clock().millis());
				new UnknownTables(database, settings.clock()).retryAll();
				settings.address().check(database);
				return settings;
			});
			SchemaFollower schema = SchemaFollower.open(database, settings.tables(), settings.schema());
			ClientStore store = ClientStore.of(database, schema.tables(), settings.clock());
			return new DefaultSyncClient(store, server, schema, settings);
		}
		catch (RuntimeException | Error ex) {
			database.close();
			throw ex;
		}
	}

	@Override
	public UploadResult uploadOnce() {
		return run(this.steps::uploadOnce);
	}

	@Override
	public DownloadResult downloadOnce(int limit) {
		PageSize.check(limit);
		return run(() -> this.steps.downloadOnce(limit));
	}

	@Override
	public SyncResult sync() {
		return run(() -> {
			// for a status while the database is in use
			this.database.read(this.statusReader::read);
			return this.steps.sync();
		});
	}

	@Override
	public HydrateResult hydrate() {
		return hydrate((progress) -> {
		});
	}

	@Override
	public HydrateResult hydrate(Consumer<HydrateProgress> progress) {
		Objects.requireNonNull(progress, "progress");
		return run(() -> this.steps.hydrate(progress));
	}

	@Override
	public VerifyResult verify() {
		return run(this.steps::verify);
	}

	@Override
	public RepairResult repair() {
		return run(this.steps::repair);
	}

	@Override
	public void start(Duration interval) {
		this.turn.checkOpen();
		Objects.requireNonNull(interval, "interval");
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("The interval must be positive, not " + interval);
		}
		if (this.watch != null) {
			this.watch.start();
		}
		this.background.start(interval);
	}

	private long syncInBackground() {
		boolean failed = true;
		try {
			sync();
			failed = false;
		}
		finally {
			if (this.watch != null) {
				this.watch.synced(failed);
			}
		}
		return cursor();
	}

	private long cursor() {
		return this.database.read(this.steps::cursor);
	}

	@Override
	public void stop() {
		if (this.watch != null) {
			this.watch.end();
		}
		this.background.stop();
		if (this.watch != null) {
			this.watch.stop();
		}
	}

	@Override
	public void requestSync() {
		this.background.request();
	}

	@Override
	public void pauseUploads() {
		this.steps.pauseUploads(true);
	}

	@Override
	public void resumeUploads() {
		this.steps.pauseUploads(false);
		requestSync();
	}

	@Override
	public void pauseDownloads() {
		this.steps.pauseDownloads(true);
		if (this.watch != null) {
			this.watch.pause(true);
		}
	}

	@Override
	public void resumeDownloads() {
		this.steps.pauseDownloads(false);
		if (this.watch != null) {
			this.watch.pause(false);
		}
		requestSync();
	}

	@Override
	public SyncStatus status() {
		return readStatus();
	}

	private StatusReport readStatus() {
		this.turn.checkOpen();
		boolean[] prepared = { true };
		StatusReport status = this.database.within(STATUS_PATIENCE, () -> this.database.read(() -> {
			prepared[0] = this.database.isPrepared();
			return this.statusReader.read();
		})).orElseGet(this.statusReader::last);
		if (!prepared[0]) {
			this.schemaTask.request();
		}
		return status;
	}

	@Override
	public void tablesChanged() {
		run(() -> this.tables);
	}

	/**
	 * Watches a table again whose triggers are gone, since its edits are not noted. A
	 * sync that is under way does that itself.
	 */
	private void followSchema() {
		if (this.turn.tryBegin()) {
			try {
				if (!this.turn.isClosed()) {
					this.schema.follow();
				}
			}
			catch (SyncException ex) {
				logger.debug("The next sync says what is wrong with the tables", ex);
			}
			finally {
				this.turn.end();
			}
		}
	}

	@Override
	public List<QuarantinedChange> quarantined() {
		this.turn.checkOpen();
		return this.quarantine.list();
	}

	@Override
	public boolean retryQuarantined(long id) {
		return run(() -> this.quarantine.retry(id));
	}

	@Override
	public boolean discardQuarantined(long id) {
		return run(() -> this.quarantine.discard(id));
	}

	@Override
	public int retryQuarantined() {
		return run(this.quarantine::retryAll);
	}

	@Override
	public int discardQuarantined() {
		return run(this.quarantine::discardAll);
	}

	@Override
	public List<HeldRow> held() {
		this.turn.checkOpen();
		return this.database.read(this.held::list);
	}

	@Override
	public List<ServerFailure> serverFailures() {
		this.turn.checkOpen();
		return this.server.failures().stream().map(this::failure).toList();
	}

	private ServerFailure failure(StoredFailure failure) {
		LocalTable table = this.tables.onServer(failure.schema(), failure.table());
		String name = (table != null) ? table.name() : failure.schema() + "." + failure.table();
		return new ServerFailureReport(name, failure.pk(), failure.version(), failure.error(),
				Instant.parse(failure.firstSeen()));
	}

	@Override
	public void addListener(SyncListener listener) {
		this.listeners.add(Objects.requireNonNull(listener, "listener"));
		this.toldStatus = null;
	}

	@Override
	public void removeListener(SyncListener listener) {
		this.listeners.remove(listener);
	}

	private <T> T run(Supplier<T> sync) {
		this.turn.begin();
		try {
			this.steps.begin();
			return following(sync);
		}
		finally {
			this.server.forgetAhead();
			this.turn.end();
			if (!this.turn.isClosed() && !this.listeners.isEmpty()) {
				tellHeld();
				tellStatus();
			}
		}
	}

	/** The application may change its tables at any moment, also during a request. */
	private <T> T following(Supplier<T> sync) {
		for (int i = 1; i < MAX_STARTS; i++) {
			this.schema.follow();
			try {
				return sync.get();
			}
			catch (TablesChangedException ex) {
				logger.debug("The tables were changed during a sync, which starts again");
			}
		}
		this.schema.follow();
		return sync.get();
	}

	private void tellHeld() {
		if (this.database.read(this.held::hasUntold)) {
			this.listeners.tellHeld(this.database.write(this.held::untold));
		}
	}

	private void tellStatus() {
		StatusReport status = readStatus();
		StatusReport told = this.toldStatus;
		if (told == null || !told.withoutTimes().equals(status.withoutTimes())) {
			this.toldStatus = status;
			this.listeners.tell(status);
		}
	}

	@Override
	public void close() {
		this.turn.refuseWithin("close the client");
		// first, so that the background sync does not report its end as a failure
		this.background.end();
		if (this.watch != null) {
			this.watch.end();
		}
		this.turn.close();
		this.server.close();
		stop();
		this.turn.release();
	}

}

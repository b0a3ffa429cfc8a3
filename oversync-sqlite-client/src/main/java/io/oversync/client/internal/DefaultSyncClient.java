/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.oversync.client.HeldRow;
import io.oversync.client.HydrateProgress;
import io.oversync.client.QuarantinedChange;
import io.oversync.client.Recovery;
import io.oversync.client.ServerFailure;
import io.oversync.client.ServerResetException;
import io.oversync.client.SyncClient;
import io.oversync.client.SyncException;
import io.oversync.client.SyncListener;
import io.oversync.client.SyncResult;
import io.oversync.client.internal.apply.HeldRows;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.background.AsideTask;
import io.oversync.client.internal.background.BackgroundSync;
import io.oversync.client.internal.capture.SchemaFollower;
import io.oversync.client.internal.conflict.ConflictHandler;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.TablesChangedException;
import io.oversync.client.internal.download.Downloader;
import io.oversync.client.internal.download.PageSize;
import io.oversync.client.internal.history.OwnChanges;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.hydrate.Comparison;
import io.oversync.client.internal.hydrate.Hydrator;
import io.oversync.client.internal.hydrate.Reconciliation;
import io.oversync.client.internal.protocol.StoredFailure;
import io.oversync.client.internal.report.DownloadReport;
import io.oversync.client.internal.report.HydrateReport;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.RecoveryReport;
import io.oversync.client.internal.report.ResolvedConflictReport;
import io.oversync.client.internal.report.ServerFailureReport;
import io.oversync.client.internal.report.StatusReport;
import io.oversync.client.internal.report.SyncReport;
import io.oversync.client.internal.report.UploadReport;
import io.oversync.client.internal.store.ClientSchema;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.Quarantine;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.UnknownTables;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.transport.SyncServer;
import io.oversync.client.internal.upload.AnswerHandler;
import io.oversync.client.internal.upload.OutboxWriter;
import io.oversync.client.internal.upload.Uploader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client: runs one sync at a time, in the order that keeps what was changed here.
 */
public final class DefaultSyncClient implements SyncClient {

	private static final Logger logger = LoggerFactory.getLogger(DefaultSyncClient.class);

	/** Changes in quarantine that one transaction is about. */
	private static final int QUARANTINE_STEP = 200;

	/** A part of a page is written in less. */
	private static final Duration STATUS_PATIENCE = Duration.ofMillis(100);

	/** Rounds of uploads after downloads that met local changes. */
	private static final int MAX_ROUNDS = 10;

	/** A sync that is closed is not waited for any longer: it may be in foreign code. */
	private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

	private final Database database;

	private final SyncServer server;

	private final Uploader uploader;

	private final Downloader downloader;

	private final Hydrator hydrator;

	private final Quarantine quarantine;

	private final PendingChanges pending;

	private final ServerRowApplier serverRows;

	private final HeldRows held;

	private final LocalTables tables;

	private final SchemaFollower schema;

	private final Comparison comparison;

	private final StreamWatch watch;

	private final BackgroundSync background;

	private final Listeners listeners = new Listeners();

	private final ReentrantLock syncing = new ReentrantLock();

	private final AsideTask schemaFollower = new AsideTask("oversync-tables", this::followSchema);

	private volatile StatusReport lastStatus;

	/** What listeners were told; null if one of them was told nothing yet. */
	private volatile @Nullable StatusReport toldStatus;

	private volatile boolean uploadsPaused;

	private volatile boolean downloadsPaused;

	private volatile boolean closed;

	/** Whether the connection was given back; guarded by the lock. */
	private boolean released;

	private DefaultSyncClient(Database database, SyncServer server, SchemaFollower schema, ClientSettings settings) {
		this.database = database;
		this.schema = schema;
		this.server = server;
		this.tables = schema.tables();
		this.held = new HeldRows(database, this.tables);
		Clock clock = settings.clock();
		PageSize pageSize = new PageSize(settings.pageSize());
		LocalKeys keys = new LocalKeys(database);
		LocalRows rows = new LocalRows(database);
		RowVersions versions = new RowVersions(database);
		this.pending = new PendingChanges(database);
		ConflictHandler conflicts = new ConflictHandler(database, rows, versions, this.pending, settings.resolver());
		this.serverRows = new ServerRowApplier(database, this.tables, keys, rows, versions, this.pending, conflicts,
				clock);
		Outbox outbox = new Outbox(database, this.tables);
		this.quarantine = new Quarantine(database, this.tables, rows, versions, this.pending, clock);
		UnknownTables unknownTables = new UnknownTables(database, clock);
		OutboxWriter outboxWriter = new OutboxWriter(database, this.tables, keys, versions, this.pending, outbox,
				this.quarantine, unknownTables);
		AnswerHandler answerHandler = new AnswerHandler(this.tables, keys, rows, versions, this.pending, outbox,
				this.quarantine, conflicts, this.serverRows, unknownTables);
		this.watch = new StreamWatch(database, server, this.tables, settings.source());
		OwnChanges ownChanges = new OwnChanges(database, this.tables, keys, versions, settings.source());
		this.downloader = new Downloader(database, server, this.tables, this.serverRows, this.watch, ownChanges,
				settings.source(), pageSize, this.listeners, clock);
		this.uploader = new Uploader(database, server, outbox, outboxWriter, answerHandler, this.serverRows, this.watch,
				ownChanges, this.pending, settings.batchSize(), this.listeners, clock, this::beforeUpload);
		Reconciliation reconciliation = new Reconciliation(database, keys, rows, versions, this.pending, outbox,
				settings.source());
		this.hydrator = new Hydrator(database, server, this.tables, this.downloader, this.serverRows, this.pending,
				keys, this.watch, ownChanges, reconciliation, pageSize, this.listeners, clock);
		this.comparison = new Comparison(database, server, this.watch, this.tables, keys, rows, versions, this.pending,
				this.serverRows, pageSize, this.listeners);
		this.lastStatus = this.database.read(this::readStatus);
		this.background = new BackgroundSync(this::sync, this.listeners::tell, settings.backoff());
	}

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
			return new DefaultSyncClient(database, server, schema, settings);
		}
		catch (RuntimeException | Error ex) {
			database.close();
			throw ex;
		}
	}

	@Override
	public UploadReport uploadOnce() {
		return run(() -> {
			if (this.uploadsPaused) {
				return noUpload();
			}
			compareTables();
			return this.uploader.once();
		});
	}

	@Override
	public DownloadReport downloadOnce(int limit) {
		checkLimit(limit);
		return run(() -> this.downloadsPaused ? noDownload() : compareTables().plus(this.downloader.once(limit)));
	}

	@Override
	public SyncResult sync() {
		return run(() -> {
			Exchanged exchanged = new Exchanged(noUpload(), noDownload());
			try {
				exchange(exchanged);
			}
			catch (ServerResetException ex) {
				if (this.downloadsPaused) {
					throw ex;
				}
				HydrateReport recovered = recover((progress) -> {
				});
				exchanged.download = exchanged.download.plus(new DownloadReport((int) recovered.downloaded(),
						(int) recovered.applied(), recovered.conflicts(), recovered.held(), false));
				// a second time is for the caller to know
				exchange(exchanged);
			}
			return new SyncReport(exchanged.upload, exchanged.download);
		});
	}

	private void exchange(Exchanged exchanged) {
		// for a status while the database is in use
		this.database.read(this::readStatus);
		exchanged.download = exchanged.download.plus(compareTables());
		if (!this.downloadsPaused && this.downloader.isBehind()) {
			// to begin with what is there spares conflicts
			exchanged.download = exchanged.download.plus(this.downloader.drain());
		}
		for (int round = 0; round < MAX_ROUNDS; round++) {
			if (!this.uploadsPaused) {
				exchanged.upload = exchanged.upload.plus(this.uploader.drain());
			}
			DownloadReport fetched = noDownload();
			if (!this.downloadsPaused) {
				fetched = this.downloader.drain();
				exchanged.download = exchanged.download.plus(fetched);
			}
			if (this.uploadsPaused || fetched.conflicts().stream().noneMatch(ResolvedConflictReport::isToBeUploaded)) {
				break;
			}
		}
	}

	/** Nothing is sent to a server, or under ids, that were not looked at. */
	private void beforeUpload() {
		this.watch.verify();
		this.downloader.noteOwnIds();
	}

	@Override
	public HydrateReport hydrate() {
		return hydrate((progress) -> {
		});
	}

	@Override
	public HydrateReport hydrate(Consumer<HydrateProgress> progress) {
		Objects.requireNonNull(progress, "progress");
		return run(() -> {
			try {
				this.watch.verify();
				this.comparison.run();
			}
			catch (ServerResetException ex) {
				// which this recovers from
			}
			return recover(progress);
		});
	}

	private HydrateReport recover(Consumer<HydrateProgress> progress) {
		Optional<Recovery> pending = this.watch.pending();
		HydrateReport result = this.hydrator.hydrate(progress);
		pending.ifPresent((recovery) -> this.listeners
			.tell(new RecoveryReport(recovery.reason(), recovery.message(), result.reuploads())));
		return result;
	}

	@Override
	public void start(Duration interval) {
		checkOpen();
		Objects.requireNonNull(interval, "interval");
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("The interval must be positive, not " + interval);
		}
		this.background.start(interval);
	}

	@Override
	public void stop() {
		this.background.stop();
	}

	@Override
	public void requestSync() {
		this.background.request();
	}

	@Override
	public void pauseUploads() {
		this.uploadsPaused = true;
	}

	@Override
	public void resumeUploads() {
		this.uploadsPaused = false;
		requestSync();
	}

	@Override
	public void pauseDownloads() {
		this.downloadsPaused = true;
	}

	@Override
	public void resumeDownloads() {
		this.downloadsPaused = false;
		requestSync();
	}

	@Override
	public StatusReport status() {
		checkOpen();
		boolean[] prepared = { true };
		StatusReport status = this.database.within(STATUS_PATIENCE, () -> this.database.read(() -> {
			prepared[0] = this.database.isPrepared();
			return readStatus();
		})).orElse(this.lastStatus);
		if (!prepared[0]) {
			this.schemaFollower.request();
		}
		return status;
	}

	@Override
	public void tablesChanged() {
		run(() -> this.tables);
	}

	private StatusReport readStatus() throws SQLException {
		long quarantined = this.database.number("SELECT count(*) FROM _sync_quarantine");
		long waiting = this.database.number("""
				SELECT (SELECT count(*) FROM _sync_dirty AS d WHERE problem IS NOT NULL OR EXISTS (
				          SELECT 1 FROM _sync_table AS t WHERE t.table_no = d.table_no AND t.retry_at IS NOT NULL))
				     + (SELECT count(*) FROM _sync_outbox WHERE problem IS NOT NULL)""");
		long pendingCount = this.pending.count();
		long held = this.serverRows.heldCount();
		List<StatusReport> status = this.database.query(
				"SELECT cursor, window_until, last_upload, last_download, hydrated, recovery IS NOT NULL FROM _sync_state",
				(row) -> new StatusReport(pendingCount, waiting, quarantined, held, row.getLong(1),
						Math.max(0, row.getLong(2) - row.getLong(1)), instant(row.getLong(3)),
						instant(Math.max(row.getLong(4), this.downloader.lastAnswer())), row.getBoolean(5),
						row.getBoolean(6)));
		this.lastStatus = status.get(0);
		return status.get(0);
	}

	/**
	 * Edits of a table that is not watched any more are not noted: watch it again. A sync
	 * that is under way does that itself.
	 */
	private void followSchema() {
		if (this.syncing.tryLock()) {
			try {
				if (!this.closed) {
					this.schema.follow();
				}
			}
			catch (SyncException ex) {
				logger.debug("The next sync says what is wrong with the tables", ex);
			}
			finally {
				unlock();
			}
		}
	}

	private static @Nullable Instant instant(long millis) {
		return (millis > 0) ? Instant.ofEpochMilli(millis) : null;
	}

	@Override
	public List<QuarantinedChange> quarantined() {
		checkOpen();
		return this.database.read(this.quarantine::list);
	}

	@Override
	public boolean retryQuarantined(long id) {
		return run(() -> this.database.write(() -> this.quarantine.retry(id)));
	}

	@Override
	public boolean discardQuarantined(long id) {
		return run(() -> this.database.apply(() -> {
			boolean found = this.quarantine.discard(id);
			this.serverRows.releaseHeld();
			return found;
		}));
	}

	@Override
	public List<HeldRow> held() {
		checkOpen();
		return this.database.read(this.held::list);
	}

	@Override
	public List<ServerFailure> serverFailures() {
		checkOpen();
		return this.server.failures().stream().map(this::failure).toList();
	}

	private ServerFailure failure(StoredFailure failure) {
		LocalTable table = this.tables.onServer(failure.schema(), failure.table());
		String name = (table != null) ? table.name() : failure.schema() + "." + failure.table();
		return new ServerFailureReport(name, failure.pk(), failure.version(), failure.error(),
				Instant.parse(failure.firstSeen()));
	}

	@Override
	public int retryQuarantined() {
		return eachQuarantined(this.quarantine::retry);
	}

	@Override
	public int discardQuarantined() {
		return eachQuarantined((id) -> {
			boolean[] found = new boolean[1];
			String forbidden = this.database.attempt("discard " + id, () -> found[0] = this.quarantine.discard(id));
			return forbidden == null && found[0];
		});
	}

	/** In short transactions, since there may be many. */
	private int eachQuarantined(QuarantineAction action) {
		int[] done = { 0 };
		return run(() -> {
			List<Long> ids = this.database.read(() -> this.quarantine.ids(0, QUARANTINE_STEP));
			while (!ids.isEmpty()) {
				List<Long> step = ids;
				int before = done[0];
				this.database.apply(() -> {
					done[0] = before;
					for (long id : step) {
						try {
							done[0] += action.carryOut(id) ? 1 : 0;
						}
						catch (SyncException ex) {
							logger.info("A change stays in quarantine: {}", ex.getMessage());
						}
					}
					this.serverRows.releaseHeld();
					return step;
				});
				ids = this.database.read(() -> this.quarantine.ids(step.get(step.size() - 1), QUARANTINE_STEP));
			}
			return done[0];
		});
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
		checkOpen();
		refuseWithin("sync");
		try {
			this.syncing.lockInterruptibly();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SyncException("Interrupted while waiting for another sync", ex);
		}
		try {
			checkOpen();
			this.watch.begin();
			return following(sync);
		}
		finally {
			this.server.forgetAhead();
			unlock();
			if (!this.closed && !this.listeners.isEmpty()) {
				tellHeld();
				tellStatus();
			}
		}
	}

	/** Lets the next one sync; gives the connection back if the client was closed. */
	private void unlock() {
		if (this.closed) {
			release();
		}
		this.syncing.unlock();
	}

	/** The application may change its tables at any moment, also during a request. */
	private <T> T following(Supplier<T> sync) {
		for (int i = 1; i < MAX_ROUNDS; i++) {
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

	/** What was not watched is compared before anything is sent or overwritten. */
	private DownloadReport compareTables() {
		return this.downloadsPaused ? noDownload() : this.comparison.run();
	}

	private void tellHeld() {
		if (this.database.read(this.held::hasUntold)) {
			this.listeners.tellHeld(this.database.write(this.held::untold));
		}
	}

	private void tellStatus() {
		StatusReport status = status();
		StatusReport told = this.toldStatus;
		if (told == null || !told.withoutTimes().equals(status.withoutTimes())) {
			this.toldStatus = status;
			this.listeners.tell(status);
		}
	}

	private void refuseWithin(String what) {
		if (this.syncing.isHeldByCurrentThread() || this.listeners.isTelling()) {
			throw new IllegalStateException("A listener, resolver or progress callback must not " + what
					+ ", since it is called within a sync: call requestSync(), or do it on another thread");
		}
	}

	private UploadReport noUpload() {
		return UploadReport.none(this.database.read(this.pending::count));
	}

	private DownloadReport noDownload() {
		return new DownloadReport(0, 0, List.of(), this.database.read(this.serverRows::heldCount), false);
	}

	public static void checkLimit(int limit) {
		if (limit < 1 || limit > PageSize.MAX) {
			throw new IllegalArgumentException("The limit must be from 1 to " + PageSize.MAX + ", not " + limit);
		}
	}

	private void checkOpen() {
		if (this.closed) {
			throw new IllegalStateException("The client is closed");
		}
	}

	@Override
	public void close() {
		refuseWithin("close the client");
		// first: a background sync would tell of its end by this as of a failure
		this.background.end();
		this.closed = true;
		this.server.close();
		this.background.stop();
		boolean locked = false;
		try {
			locked = this.syncing.tryLock(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			locked = this.syncing.tryLock();
		}
		if (!locked) {
			logger.warn("The client is closed, but a sync has not ended within {} s, perhaps because of a listener"
					+ " or a resolver: the database is given back when it ends", CLOSE_PATIENCE.toSeconds());
			return;
		}
		unlock();
	}

	private void release() {
		if (!this.released) {
			this.released = true;
			this.database.close();
		}
	}

	/** Something to do with a change in quarantine; returns whether it was done. */
	private interface QuarantineAction {

		boolean carryOut(long id) throws SQLException;

	}

	/** What a sync has done so far. */
	private static final class Exchanged {

		private UploadReport upload;

		private DownloadReport download;

		Exchanged(UploadReport upload, DownloadReport download) {
			this.upload = upload;
			this.download = download;
		}

	}

}

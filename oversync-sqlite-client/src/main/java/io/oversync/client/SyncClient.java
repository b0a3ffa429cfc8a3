/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

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

import io.oversync.client.protocol.StoredFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs tables of a SQLite database with a server of the protocol.
 *
 * <p>
 * The application goes on writing to its tables with plain SQL, over any connection, with
 * or without a network; triggers note what it changes. Each call of a sync method, or
 * {@link #start} in the background, exchanges changes with the server:
 * <ol>
 * <li>changed rows are frozen into an outbox, each content under a number of its own;
 * <li>they are sent, and sent again under the same numbers until there is an answer;
 * <li>the answer is carried out: a row that the server took is clean unless it was
 * changed again, a conflict goes to the {@link ConflictResolver}, a change that the
 * server will never take goes to the quarantine, and the rest waits;
 * <li>changes of other devices are written page by page, each page in one transaction
 * with its position; a row that was changed here is never overwritten without the
 * resolver.
 * </ol>
 * A crash between any two of these steps loses and doubles nothing.
 *
 * <p>
 * Thread-safe: one sync runs at a time, and others wait for it. Failures are
 * {@link SyncException}s, after which everything that was not confirmed is still pending.
 */
public final class SyncClient implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SyncClient.class);

	static final int MAX_LIMIT = 1000;

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

	private final Tables tables;

	private final Schema schema;

	private final Comparison comparison;

	private final StreamWatch watch;

	private final BackgroundSync background;

	private final Listeners listeners = new Listeners();

	private final ReentrantLock syncing = new ReentrantLock();

	private final AsideTask schemaFollower = new AsideTask("oversync-tables", this::followSchema);

	private volatile SyncStatus lastStatus;

	/** What listeners were told; null if one of them was told nothing yet. */
	private volatile @Nullable SyncStatus toldStatus;

	private volatile boolean uploadsPaused;

	private volatile boolean downloadsPaused;

	private volatile boolean closed;

	/** Whether the connection was given back; guarded by the lock. */
	private boolean released;

	private SyncClient(Database database, SyncServer server, Schema schema, Settings settings) {
		this.database = database;
		this.schema = schema;
		this.server = server;
		this.tables = schema.tables();
		this.held = new HeldRows(database, this.tables);
		Clock clock = settings.clock;
		PageSize pageSize = new PageSize(settings.pageSize);
		Keys keys = new Keys(database);
		LocalRows rows = new LocalRows(database);
		RowVersions versions = new RowVersions(database);
		this.pending = new PendingChanges(database);
		ConflictHandler conflicts = new ConflictHandler(database, rows, versions, this.pending, settings.resolver);
		this.serverRows = new ServerRowApplier(database, this.tables, keys, rows, versions, this.pending, conflicts,
				clock);
		Outbox outbox = new Outbox(database, this.tables);
		this.quarantine = new Quarantine(database, this.tables, rows, versions, this.pending, clock);
		UnknownTables unknownTables = new UnknownTables(database, clock);
		OutboxWriter outboxWriter = new OutboxWriter(database, this.tables, keys, versions, this.pending, outbox,
				this.quarantine, unknownTables);
		AnswerHandler answerHandler = new AnswerHandler(this.tables, keys, rows, versions, this.pending, outbox,
				this.quarantine, conflicts, this.serverRows, unknownTables);
		this.watch = new StreamWatch(database, server, this.tables, settings.source);
		OwnChanges ownChanges = new OwnChanges(database, this.tables, keys, versions, settings.source);
		this.downloader = new Downloader(database, server, this.tables, this.serverRows, this.watch, ownChanges,
				settings.source, pageSize, this.listeners, clock);
		this.uploader = new Uploader(database, server, outbox, outboxWriter, answerHandler, this.serverRows, this.watch,
				ownChanges, this.pending, settings.batchSize, this.listeners, clock, this::beforeUpload);
		Reconciliation reconciliation = new Reconciliation(database, keys, rows, versions, this.pending, outbox,
				settings.source);
		this.hydrator = new Hydrator(database, server, this.tables, this.downloader, this.serverRows, this.pending,
				keys, this.watch, ownChanges, reconciliation, pageSize, this.listeners, clock);
		this.comparison = new Comparison(database, server, this.watch, this.tables, keys, rows, versions, this.pending,
				this.serverRows, pageSize, this.listeners);
		this.lastStatus = this.database.read(this::readStatus);
		this.background = new BackgroundSync(this::sync, this.listeners::tell, settings.backoff);
	}

	/**
	 * Sets up a client.
	 * @return a builder
	 */
	public static SyncClientBuilder builder() {
		return new SyncClientBuilder();
	}

	static SyncClient open(Database database, SyncServer server, Settings settings) {
		try {
			UnknownTables.checkNames(settings.tables, settings.schema);
			database.write(() -> {
				ClientSchema.open(database, settings.user, settings.source, settings.clock.millis());
				new UnknownTables(database, settings.clock).retryAll();
				settings.address.check(database);
				return settings;
			});
			Schema schema = Schema.open(database, settings.tables, settings.schema);
			return new SyncClient(database, server, schema, settings);
		}
		catch (RuntimeException | Error ex) {
			database.close();
			throw ex;
		}
	}

	/**
	 * Sends one batch of local changes: what was sent before and not answered, or else
	 * what has changed.
	 * @return what became of it; nothing if uploads are paused
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused the request
	 */
	public UploadResult uploadOnce() {
		return run(() -> {
			if (this.uploadsPaused) {
				return noUpload();
			}
			compareTables();
			return this.uploader.once();
		});
	}

	/**
	 * Fetches one page of the server's changes.
	 * @param limit how many at most, 1 to 1000
	 * @return what became of it; nothing if downloads are paused
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused the request
	 */
	public DownloadResult downloadOnce(int limit) {
		checkLimit(limit);
		return run(() -> this.downloadsPaused ? noDownload() : compareTables().plus(this.downloader.once(limit)));
	}

	/**
	 * Sends all local changes and fetches all of the server's, as far as no direction is
	 * paused.
	 * @return what became of them
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused a request
	 */
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
				HydrateResult recovered = recover((progress) -> {
				});
				exchanged.download = exchanged.download.plus(new DownloadResult((int) recovered.downloaded(),
						(int) recovered.applied(), recovered.conflicts(), recovered.held(), false));
				// a second time is for the caller to know
				exchange(exchanged);
			}
			return new SyncResult(exchanged.upload, exchanged.download);
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
			DownloadResult fetched = noDownload();
			if (!this.downloadsPaused) {
				fetched = this.downloader.drain();
				exchanged.download = exchanged.download.plus(fetched);
			}
			if (this.uploadsPaused || fetched.conflicts().stream().noneMatch(ResolvedConflict::isToBeUploaded)) {
				break;
			}
		}
	}

	/** Nothing is sent to a server, or under ids, that were not looked at. */
	private void beforeUpload() {
		this.watch.verify();
		this.downloader.noteOwnIds();
	}

	/**
	 * Brings everything from the server, this device's own changes included: into a fresh
	 * database, or to recover one. Local changes stay pending. A row that differs from
	 * the server's without being a local change becomes the server's; a row that the
	 * server has lost, or has in an older version, is pending again.
	 * @return what it did
	 * @throws NetworkException if there was no answer; the next call goes on from there
	 * @throws ServerException if the server refused a request
	 */
	public HydrateResult hydrate() {
		return hydrate((progress) -> {
		});
	}

	/**
	 * As {@link #hydrate()}, and tells how far it has come.
	 * @param progress called after each page, outside of any transaction
	 * @return what it did
	 */
	public HydrateResult hydrate(Consumer<HydrateProgress> progress) {
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

	private HydrateResult recover(Consumer<HydrateProgress> progress) {
		Optional<Recovery> pending = this.watch.pending();
		HydrateResult result = this.hydrator.hydrate(progress);
		pending.ifPresent((recovery) -> this.listeners
			.tell(new Recovery(recovery.reason(), recovery.message(), result.reuploads())));
		return result;
	}

	/**
	 * Starts to sync in the background: at once, after each interval, and on
	 * {@link #requestSync()}. Failures are told to the listeners and tried again, less
	 * and less often.
	 * @param interval how long to wait after a sync; positive
	 */
	public void start(Duration interval) {
		checkOpen();
		Objects.requireNonNull(interval, "interval");
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("The interval must be positive, not " + interval);
		}
		this.background.start(interval);
	}

	/**
	 * Stops to sync in the background, and interrupts what is under way. Returns within
	 * seconds, even if a listener or a resolver does not.
	 */
	public void stop() {
		this.background.stop();
	}

	/**
	 * Makes the background sync run now. After a failure it runs once the first backoff
	 * has passed, however much longer it would wait.
	 */
	public void requestSync() {
		this.background.request();
	}

	/** Sends nothing any more, until {@link #resumeUploads()}. */
	public void pauseUploads() {
		this.uploadsPaused = true;
	}

	/** Ends {@link #pauseUploads()}. */
	public void resumeUploads() {
		this.uploadsPaused = false;
		requestSync();
	}

	/** Fetches nothing any more, until {@link #resumeDownloads()}. */
	public void pauseDownloads() {
		this.downloadsPaused = true;
	}

	/** Ends {@link #pauseDownloads()}. */
	public void resumeDownloads() {
		this.downloadsPaused = false;
		requestSync();
	}

	/**
	 * Returns where the sync stands; only reads, and does not wait for a sync that is
	 * under way. If the database is in use just now, this is where it stood a moment ago.
	 * If the application has changed its tables, they are prepared on another thread, and
	 * what that finds is in a later status.
	 * @return the status
	 */
	public SyncStatus status() {
		checkOpen();
		boolean[] prepared = { true };
		SyncStatus status = this.database.within(STATUS_PATIENCE, () -> this.database.read(() -> {
			prepared[0] = this.database.isPrepared();
			return readStatus();
		})).orElse(this.lastStatus);
		if (!prepared[0]) {
			this.schemaFollower.request();
		}
		return status;
	}

	/**
	 * Looks at the tables, as each sync does before anything else: for an application
	 * that has just changed them while the client is open. What it writes before that is
	 * noted only by a comparison with the server, which cannot tell deleted rows from
	 * lost ones. Waits for a sync that is under way, and needs no network.
	 * @throws SyncSetupException if a table cannot be synced any more
	 */
	public void tablesChanged() {
		run(() -> this.tables);
	}

	private SyncStatus readStatus() throws SQLException {
		long quarantined = this.database.number("SELECT count(*) FROM _sync_quarantine");
		long waiting = this.database.number("""
				SELECT (SELECT count(*) FROM _sync_dirty AS d WHERE problem IS NOT NULL OR EXISTS (
				          SELECT 1 FROM _sync_table AS t WHERE t.table_no = d.table_no AND t.retry_at IS NOT NULL))
				     + (SELECT count(*) FROM _sync_outbox WHERE problem IS NOT NULL)""");
		long pendingCount = this.pending.count();
		long held = this.serverRows.heldCount();
		List<SyncStatus> status = this.database.query(
				"SELECT cursor, window_until, last_upload, last_download, hydrated, recovery IS NOT NULL FROM _sync_state",
				(row) -> new SyncStatus(pendingCount, waiting, quarantined, held, row.getLong(1),
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

	/**
	 * Returns what the server will never take as it is.
	 * @return the changes, the oldest first
	 */
	public List<QuarantinedChange> quarantined() {
		checkOpen();
		return this.database.read(this.quarantine::list);
	}

	/**
	 * Lets a change be sent again, as its row is now.
	 * @param id of the {@link QuarantinedChange}
	 * @return false if there is none
	 */
	public boolean retryQuarantined(long id) {
		return run(() -> this.database.write(() -> this.quarantine.retry(id)));
	}

	/**
	 * Drops a change: its row becomes again what it was before, and a row that the server
	 * never had is deleted. A row that was edited since keeps that edit.
	 * @param id of the {@link QuarantinedChange}
	 * @return false if there is none
	 */
	public boolean discardQuarantined(long id) {
		return run(() -> this.database.apply(() -> {
			boolean found = this.quarantine.discard(id);
			this.serverRows.releaseHeld();
			return found;
		}));
	}

	/**
	 * Returns rows of the server that a local constraint keeps out.
	 * @return the rows, those that have been held longest first
	 */
	public List<HeldRow> held() {
		checkOpen();
		return this.database.read(this.held::list);
	}

	/**
	 * Asks the server which changes of this user it could not write into its own tables,
	 * although all devices get them: the latest hundred.
	 * @return the failures, the newest first
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused the request
	 */
	public List<ServerFailure> serverFailures() {
		checkOpen();
		return this.server.failures().stream().map(this::failure).toList();
	}

	private ServerFailure failure(StoredFailure failure) {
		LocalTable table = this.tables.onServer(failure.schema(), failure.table());
		String name = (table != null) ? table.name() : failure.schema() + "." + failure.table();
		return new ServerFailure(name, failure.pk(), failure.version(), failure.error(),
				Instant.parse(failure.firstSeen()));
	}

	/**
	 * Lets all changes in quarantine be sent again, as their rows are now.
	 * @return how many
	 */
	public int retryQuarantined() {
		return eachQuarantined(this.quarantine::retry);
	}

	/**
	 * Drops all changes in quarantine, as {@link #discardQuarantined(long)} does; those
	 * stay whose rows cannot be put back, because the rows are being sent or a constraint
	 * forbids it.
	 * @return how many were dropped
	 */
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

	/**
	 * Adds a listener.
	 * @param listener told of everything from now on
	 */
	public void addListener(SyncListener listener) {
		this.listeners.add(Objects.requireNonNull(listener, "listener"));
		this.toldStatus = null;
	}

	/**
	 * Removes a listener.
	 * @param listener told of nothing any more
	 */
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
	private DownloadResult compareTables() {
		return this.downloadsPaused ? noDownload() : this.comparison.run();
	}

	private void tellHeld() {
		if (this.database.read(this.held::hasUntold)) {
			this.listeners.tellHeld(this.database.write(this.held::untold));
		}
	}

	private void tellStatus() {
		SyncStatus status = status();
		SyncStatus told = this.toldStatus;
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

	private UploadResult noUpload() {
		return UploadResult.none(this.database.read(this.pending::count));
	}

	private DownloadResult noDownload() {
		return new DownloadResult(0, 0, List.of(), this.database.read(this.serverRows::heldCount), false);
	}

	static void checkLimit(int limit) {
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new IllegalArgumentException("The limit must be from 1 to " + MAX_LIMIT + ", not " + limit);
		}
	}

	private void checkOpen() {
		if (this.closed) {
			throw new IllegalStateException("The client is closed");
		}
	}

	/**
	 * Ends the syncs that are under way, after what they do in the database, and gives
	 * the connection back. Returns within seconds: if a listener or a resolver does not
	 * return, the connection is given back when it does. The triggers stay: what is
	 * written while no client is open is noted as well.
	 */
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

	/**
	 * How a client is set up.
	 *
	 * @param user whose data it is
	 * @param source the device
	 * @param schema the server's schema of tables that name none
	 * @param tables the tables
	 * @param resolver decides conflicts
	 * @param pageSize of downloads, at most
	 * @param batchSize of uploads
	 * @param backoff after failures
	 * @param clock for the status
	 * @param address of the server
	 */
	record Settings(String user, String source, String schema, List<SyncTable> tables, ConflictResolver resolver,
			int pageSize, BatchSize batchSize, Backoff backoff, Clock clock, ServerAddress address) {
	}

	/** What a sync has done so far. */
	private static final class Exchanged {

		private UploadResult upload;

		private DownloadResult download;

		Exchanged(UploadResult upload, DownloadResult download) {
			this.upload = upload;
			this.download = download;
		}

	}

}

package io.oversync.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

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

	static final int MAX_LIMIT = 1000;

	/** Rounds of uploads after downloads that met local changes. */
	private static final int MAX_ROUNDS = 10;

	private final Database database;

	private final Uploader uploader;

	private final Downloader downloader;

	private final Hydrator hydrator;

	private final Quarantine quarantine;

	private final PendingChanges pending;

	private final ServerRows serverRows;

	private final StreamWatch watch;

	private final BackgroundSync background;

	private final Listeners listeners = new Listeners();

	private final ReentrantLock syncing = new ReentrantLock();

	private volatile boolean uploadsPaused;

	private volatile boolean downloadsPaused;

	private volatile boolean closed;

	private SyncClient(Database database, SyncServer server, Tables tables, Settings settings) {
		this.database = database;
		Clock clock = settings.clock;
		PageSize pageSize = new PageSize(settings.pageSize);
		Keys keys = new Keys(database);
		LocalRows rows = new LocalRows(database);
		RowVersions versions = new RowVersions(database);
		this.pending = new PendingChanges(database);
		ConflictDesk conflicts = new ConflictDesk(database, rows, versions, this.pending, settings.resolver);
		this.serverRows = new ServerRows(database, tables, keys, rows, versions, this.pending, conflicts);
		Outbox outbox = new Outbox(database, tables);
		this.quarantine = new Quarantine(database, tables, rows, versions, this.pending, clock);
		Freezer freezer = new Freezer(database, tables, keys, versions, this.pending, outbox, this.quarantine);
		Settlement settlement = new Settlement(tables, keys, rows, versions, this.pending, outbox, this.quarantine,
				conflicts, this.serverRows);
		this.watch = new StreamWatch(database, server, tables, settings.source);
		OwnChanges ownChanges = new OwnChanges(database, tables, keys, versions, settings.source);
		this.uploader = new Uploader(database, server, outbox, freezer, settlement, this.serverRows, this.watch,
				ownChanges, this.pending, settings.batchSize, this.listeners, clock);
		this.downloader = new Downloader(database, server, tables, this.serverRows, this.watch, ownChanges,
				settings.source, pageSize, this.listeners, clock);
		this.hydrator = new Hydrator(database, server, tables, this.downloader, this.serverRows, this.pending, keys,
				this.watch, ownChanges,
				new Reconciliation(database, keys, rows, versions, this.pending, settings.source), pageSize, clock);
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
			database.write(() -> {
				Bookkeeping.open(database, settings.user, settings.source, settings.clock.millis());
				settings.address.check(database);
				return settings;
			});
			Tables tables = database.apply(() -> new Preparation(database).prepare(settings.tables, settings.schema));
			return new SyncClient(database, server, tables, settings);
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
			beforeUpload();
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
		return run(() -> this.downloadsPaused ? noDownload() : this.downloader.once(limit));
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
		if (!this.downloadsPaused && this.downloader.isBehind()) {
			// to begin with what is there spares conflicts
			exchanged.download = exchanged.download.plus(this.downloader.drain());
		}
		for (int round = 0; round < MAX_ROUNDS; round++) {
			if (!this.uploadsPaused) {
				beforeUpload();
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
		if (this.database.read(this.pending::isAny)) {
			this.watch.verify();
			this.downloader.noteOwnIds();
		}
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
		return run(() -> {
			try {
				this.watch.verify();
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
		this.listeners.tell(result.conflicts());
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
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("The interval must be positive, not " + interval);
		}
		this.background.start(interval);
	}

	/** Stops to sync in the background, and interrupts what is under way. */
	public void stop() {
		this.background.stop();
	}

	/** Makes the background sync run now, unless it waits after a failure. */
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
	 * Returns where the sync stands; does not wait for one that is under way.
	 * @return the status
	 */
	public SyncStatus status() {
		checkOpen();
		return this.database.read(() -> {
			long quarantined = this.database.number("SELECT count(*) FROM _sync_quarantine");
			long waiting = this.database.number("SELECT count(*) FROM _sync_dirty WHERE problem IS NOT NULL");
			long pendingCount = this.pending.count();
			long held = this.serverRows.heldCount();
			List<SyncStatus> status = this.database.query(
					"SELECT cursor, window_until, last_upload, last_download, hydrated, recovery IS NOT NULL FROM _sync_state",
					(row) -> new SyncStatus(pendingCount, waiting, quarantined, held, row.getLong(1),
							Math.max(0, row.getLong(2) - row.getLong(1)), instant(row.getLong(3)),
							instant(row.getLong(4)), row.getBoolean(5), row.getBoolean(6)));
			return status.get(0);
		});
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
	 * Adds a listener.
	 * @param listener told of everything from now on
	 */
	public void addListener(SyncListener listener) {
		this.listeners.add(listener);
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
		this.syncing.lock();
		try {
			checkOpen();
			this.watch.begin();
			return sync.get();
		}
		finally {
			this.syncing.unlock();
			if (!this.closed && !this.listeners.isEmpty()) {
				this.listeners.tell(status());
			}
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
	 * Ends the background sync, waits for any other and gives the connection back. The
	 * triggers stay: what is written while no client is open is noted as well.
	 */
	@Override
	public void close() {
		refuseWithin("close the client");
		this.background.stop();
		this.syncing.lock();
		try {
			if (!this.closed) {
				this.closed = true;
				this.database.close();
			}
		}
		finally {
			this.syncing.unlock();
		}
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

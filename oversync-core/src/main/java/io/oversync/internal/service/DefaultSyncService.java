/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.oversync.internal.event.EngineListener;
import io.oversync.internal.event.EngineListener.Read;
import io.oversync.internal.store.OperatorStore;
import io.oversync.internal.store.StatisticsStore;
import io.oversync.internal.absorb.Absorber;
import io.oversync.internal.capture.CaptureMode;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.device.DeviceRegistry;
import io.oversync.internal.download.ChecksumReader;
import io.oversync.internal.download.DownloadService;
import io.oversync.internal.store.StreamIds;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.store.UserGate;
import io.oversync.internal.store.UserReads;
import io.oversync.internal.store.WatchedStream;
import io.oversync.internal.stream.Backlog;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.internal.watch.WatchHub;
import io.oversync.internal.watch.WatchHub.Registration;
import io.oversync.internal.watch.Watcher;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.ChecksumRequest;
import io.oversync.protocol.Checksums;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.CursorExpiredException;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.UploadLimits;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.Rematerialization;
import io.oversync.service.ServerWrites;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncChecks;
import io.oversync.service.SyncDevices;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The sync engine on PostgreSQL. It maps all spellings of a user's id to one, and gives
 * each request a deadline and a turn among those of its user ({@link UserGate}).
 */
public final class DefaultSyncService implements SyncEngine {

	private static final Log logger = LogFactory.getLog(DefaultSyncService.class);

	/**
	 * A poll of a user of whose rows very many wait is answered with the first of them.
	 */
	private static final Duration LONGEST_CATCH_UP = Duration.ofSeconds(3);

	private static final int USERS_AT_ONCE = 100;

	private static final int WATCHED_AT_ONCE = 5000;

	/** So many transactions for one user, then the others get their turn. */
	private static final int MOST_BATCHES = 20;

	/** Locks streams and appends nothing of its own. */
	private static final String NO_DEVICE = "oversync";

	private final RestoreEvidence restored;

	private final SyncTables tables;

	private final CurrentEngine engine;

	/** A page beyond the head of any stream. */
	private static final DownloadRequest NO_CHANGES = new DownloadRequest(Long.MAX_VALUE, 1, null, false, 0);

	private final DownloadService downloads;

	private final ChecksumReader checksums;

	private final Transactions transactions;

	private final UserGate gate;

	private final RequestLimits limits;

	private final DeviceRegistry devices;

	private final WatchHub watches;

	private final EngineListener listener;

	private final StatisticsReader statistics;

	private final OperatorReads operatorReads;

	/**
	 * Creates the engine. Needs a migrated sync schema; no Spring context.
	 * @param dataSource the application's database
	 * @param catalog the registered tables; one that was read from the database is read
	 * again when their definitions change
	 * @param handlers the application's own materialisation, at most one handler a table
	 * @param transactions transactions on that data source
	 * @param settings how uploads behave
	 * @param limits of requests and users
	 */
	public DefaultSyncService(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings, RequestLimits limits) {
		this(dataSource, catalog, handlers, transactions, settings, limits, CaptureMode.OFF);
	}

	/**
	 * Creates the engine. Needs a migrated sync schema; no Spring context.
	 * @param dataSource the application's database
	 * @param catalog the registered tables; one that was read from the database is read
	 * again when their definitions change
	 * @param handlers the application's own materialisation, at most one handler a table
	 * @param transactions transactions on that data source
	 * @param settings how uploads behave
	 * @param limits of requests and users
	 * @param capture what becomes of triggers that capture the application's writes when
	 * definitions change; they were installed before the catalog was read
	 */
	public DefaultSyncService(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings, RequestLimits limits, CaptureMode capture) {
		this(dataSource, catalog, handlers, transactions, settings, limits, capture, EngineListener.NONE);
	}

	/**
	 * Creates the engine. Needs a migrated sync schema; no Spring context.
	 * @param dataSource the application's database
	 * @param catalog the registered tables; one that was read from the database is read
	 * again when their definitions change
	 * @param handlers the application's own materialisation, at most one handler a table
	 * @param transactions transactions on that data source
	 * @param settings how uploads behave
	 * @param limits of requests and users
	 * @param capture what becomes of triggers that capture the application's writes when
	 * definitions change; they were installed before the catalog was read
	 * @param listener receives notes of the work
	 */
	public DefaultSyncService(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings, RequestLimits limits, CaptureMode capture,
			EngineListener listener) {
		this(new EngineBuilder(dataSource, catalog, StreamIds.SHA_256, handlers, transactions, settings, capture,
				listener), catalog, limits);
	}

	DefaultSyncService(EngineBuilder builder, TableCatalog catalog, RequestLimits limits) {
		this.engine = new CurrentEngine(catalog, builder);
		this.downloads = new DownloadService(builder.dataSource(), builder.tables());
		this.checksums = new ChecksumReader(builder.dataSource(), builder.tables());
		this.tables = builder.tables();
		this.transactions = builder.transactions();
		this.gate = new UserGate(limits.connectionsPerUser(), limits.waitingPerUser());
		this.limits = limits;
		this.devices = new DeviceRegistry(this.tables, this.transactions);
		this.listener = builder.listener();
		this.restored = new RestoreEvidence(this.listener);
		this.statistics = new StatisticsReader(new StatisticsStore(builder.dataSource()), this.transactions,
				System::nanoTime);
		this.operatorReads = new OperatorReads(new OperatorStore(builder.dataSource()), this.transactions);
		this.watches = new WatchHub(this.tables.streams()::likelyId);
		this.watches.readWith(new HeadReader(this::readMoved));
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		long start = System.nanoTime();
		SyncActor canonical;
		UploadResponse response;
		try {
			Deadline deadline = deadline();
			canonical = canonical(actor, deadline);
			response = apply(actor, canonical, request, deadline);
		}
		catch (RuntimeException | Error ex) {
			this.listener.uploadFailed(ex, System.nanoTime() - start);
			throw ex;
		}
		this.listener.uploaded(canonical, request, response, System.nanoTime() - start);
		return response;
	}

	private UploadResponse apply(SyncActor actor, SyncActor canonical, UploadRequest request, Deadline deadline) {
		UploadResponse response = this.gate.exclusive(canonical.userId(), deadline,
				() -> this.engine.call((engine) -> engine.uploads()
					.upload(canonical(engine, actor, deadline), request, deadline,
							(move) -> this.watches.announce(canonical, move))));
		this.devices.noteUpload(canonical, request.lastServerSeqSeen());
		return response;
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		if (this.listener == EngineListener.NONE || request.after() == Long.MAX_VALUE) {
			return page(actor, request, sink);
		}
		int[] count = new int[1];
		return listened(Read.PAGE, count, () -> page(actor, request, (change) -> {
			count[0]++;
			sink.accept(change);
		}));
	}

	private DownloadWindow listened(Read read, int[] count, Supplier<DownloadWindow> download) {
		long start = System.nanoTime();
		DownloadWindow window;
		try {
			window = download.get();
		}
		catch (RuntimeException | Error ex) {
			this.listener.downloadFailed(read, ex, System.nanoTime() - start);
			throw ex;
		}
		this.listener.downloaded(read, count[0], System.nanoTime() - start);
		return window;
	}

	private DownloadWindow page(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		SyncActor canonical = canonical(actor, deadline());
		UserReads reads = reads(canonical);
		DownloadWindow window = served(canonical, () -> this.downloads.download(canonical, request, sink, reads,
				(state) -> catchUp(canonical, state, reads)));
		noteCursor(canonical, request);
		this.restored.note(canonical, request, window);
		return window;
	}

	/** A device that is told to begin again was seen, but its cursor says nothing. */
	private DownloadWindow served(SyncActor canonical, Supplier<DownloadWindow> download) {
		try {
			return download.get();
		}
		catch (CursorExpiredException ex) {
			this.devices.note(canonical);
			throw ex;
		}
	}

	private void noteCursor(SyncActor canonical, DownloadRequest request) {
		if (request.peek() || request.after() == Long.MAX_VALUE) {
			// the latter asks for no change
			this.devices.note(canonical);
		}
		else {
			this.devices.note(canonical, request.after(), request.schema());
		}
	}

	@Override
	public DownloadWindow changes(SyncActor actor, DownloadRequest request, ChangesSink sink) {
		if (this.listener == EngineListener.NONE) {
			return all(actor, request, sink);
		}
		CountingSink counting = new CountingSink(sink);
		return listened(Read.CHANGES, counting.count, () -> all(actor, request, counting));
	}

	private DownloadWindow all(SyncActor actor, DownloadRequest request, ChangesSink sink) {
		SyncActor canonical = canonical(actor, deadline());
		UserReads reads = reads(canonical);
		DownloadWindow window = served(canonical, () -> this.downloads.changes(canonical, request, sink, reads,
				(state) -> catchUp(canonical, state, reads)));
		noteCursor(canonical, request);
		this.restored.note(canonical, request, window);
		return window;
	}

	/** A page without changes brings in what the application has written. */
	@Override
	public Checksums checksums(SyncActor actor, ChecksumRequest request) {
		SyncActor canonical = canonical(actor, deadline());
		download(actor, NO_CHANGES, (change) -> {
		});
		return this.checksums.read(canonical.userId(), request, this.engine.get().catalog(), reads(canonical));
	}

	/**
	 * Brings in what the application has written. A page is right without it, too: then
	 * the next one has it.
	 */
	private boolean catchUp(SyncActor actor, @Nullable Backlog state, UserReads reads) {
		if (!this.engine.get().absorber().isBehind(state)) {
			return false;
		}
		Deadline patience = Deadline.in(LONGEST_CATCH_UP);
		boolean moved = false;
		try {
			boolean more = true;
			while (more && !patience.isOver()) {
				more = absorb(actor, reads, patience.left());
				// even if nothing was left: then another thread or node was quicker
				moved = true;
			}
			announce(actor.userId());
		}
		catch (SyncException ex) {
			logger.debug("What the application has written is absorbed later", ex);
		}
		catch (DataAccessException | TransactionException ex) {
			// such as on a database that is read only
			logger.warn("What the application has written cannot be absorbed", ex);
		}
		return moved;
	}

	@Override
	public int absorbWaiting() {
		Absorber absorber = this.engine.get().absorber();
		if (this.transactions.read(this.tables.capturedRows()::hasUnseen)) {
			this.transactions.write(() -> {
				this.tables.capturedRows().beginAgainWhereUnseen();
				return true;
			});
		}
		this.transactions.read(() -> {
			absorber.refresh();
			return true;
		});
		int users = 0;
		RuntimeException failure = null;
		List<String> page = findWaiting("");
		while (!page.isEmpty()) {
			for (String userId : page) {
				try {
					absorbAll(userId);
				}
				catch (RuntimeException ex) {
					// of this user, whom the others do not wait for
					failure = (failure != null) ? failure : ex;
				}
				users++;
			}
			page = findWaiting(page.get(page.size() - 1));
		}
		if (failure != null) {
			throw failure;
		}
		return users;
	}

	@Override
	public EngineStatistics statistics() {
		return this.statistics.read();
	}

	@Override
	public OperatorReads operatorReads() {
		return this.operatorReads;
	}

	@Override
	public TableCatalog catalog() {
		return this.engine.get().catalog();
	}

	@Override
	public long head(String userId) {
		SyncActor canonical = canonical(new SyncActor(userId, NO_DEVICE), deadline());
		return this.transactions.peek(deadline(), () -> this.tables.streams().findWatched(List.of(canonical.userId())))
			.stream()
			.mapToLong(WatchedStream::head)
			.findFirst()
			.orElse(0);
	}

	@Override
	public ExpiredDeletes expiredDeletes(SyncActor actor) {
		SyncActor canonical = canonical(actor, deadline());
		return this.transactions.peek(deadline(), () -> this.tables.streams().expiredDeletes(canonical.userId()));
	}

	@Override
	public long countDownloadsBeyondTheHead() {
		return this.restored.count();
	}

	@Override
	public ServerWrites serverWrites(UploadLimits payloads) {
		return new DefaultServerWrites(this.engine, this.transactions, this.gate, this.limits, payloads,
				this.watches::mayHaveMoved);
	}

	@Override
	public int flushDevices(Duration interval) {
		return this.devices.flush(interval);
	}

	@Override
	public SyncDevices devices() {
		return new DefaultSyncDevices(this.tables, this.transactions, this.devices,
				(actor) -> canonical(actor, deadline()), this.listener);
	}

	@Override
	public StreamCompaction compaction(Retention retention) {
		return compactions(retention);
	}

	@Override
	public DueCompactions dueCompactions(Retention retention) {
		return compactions(retention);
	}

	private DefaultStreamCompaction compactions(Retention retention) {
		return new DefaultStreamCompaction(() -> this.engine.get().compactor(), this.tables, this.transactions,
				this.devices, (actor) -> canonical(actor, deadline()), retention, this.listener);
	}

	@Override
	public Registration watch(SyncActor actor, long after, boolean includeSelf, Watcher watcher) {
		return this.watches.register(canonical(actor, deadline()), after, includeSelf, watcher);
	}

	@Override
	public WatchHub watches() {
		return this.watches;
	}

	/** Of users of whom it is only known that they may have moved. */
	private void readMoved() {
		List<String> users = this.watches.takeMoved();
		for (int i = 0; i < users.size(); i += WATCHED_AT_ONCE) {
			List<String> some = users.subList(i, Math.min(users.size(), i + WATCHED_AT_ONCE));
			this.transactions.peek(deadline(), () -> this.tables.streams().findWatched(some))
				.forEach((stream) -> this.watches.announce(stream.userId(), stream.head()));
		}
	}

	@Override
	public void pollWatched() {
		List<String> users = List.copyOf(this.watches.watched());
		for (int i = 0; i < users.size(); i += WATCHED_AT_ONCE) {
			List<String> some = users.subList(i, Math.min(users.size(), i + WATCHED_AT_ONCE));
			List<WatchedStream> streams = this.transactions.peek(deadline(),
					() -> this.tables.streams().findWatched(some));
			for (WatchedStream stream : streams) {
				this.watches.revoke(stream.userId(), stream.revoked());
				this.watches.observe(stream.userId(), stream.head());
			}
			streams.stream()
				.filter((stream) -> this.engine.get().absorber().isBehind(stream.backlog()))
				.forEach((stream) -> absorbWatched(stream.userId()));
		}
	}

	/** Of a user whom the others do not wait for. */
	private void absorbWatched(String userId) {
		try {
			absorbAll(userId);
		}
		catch (SyncException | DataAccessException | TransactionException ex) {
			logger.debug("What the application has written is absorbed later", ex);
		}
	}

	/** For commits whose head is not known here. */
	private void announce(String userId) {
		if (!this.watches.isWatched(userId)) {
			return;
		}
		try {
			this.transactions.peek(deadline(), () -> this.tables.streams().findWatched(List.of(userId)))
				.forEach((stream) -> this.watches.announce(userId, stream.head()));
		}
		catch (SyncException | DataAccessException ex) {
			logger.debug("Devices that wait learn of a change with the next query for news", ex);
		}
	}

	private List<String> findWaiting(String after) {
		return this.transactions.read(() -> this.tables.capturedRows().findUsers(after, USERS_AT_ONCE));
	}

	/** The rows of a user without a stream are adopted when the first device comes. */
	private void absorbAll(String userId) {
		if (this.transactions.read(() -> this.tables.streams().findId(userId) == null)) {
			this.transactions.write(() -> this.tables.streams().keepWithoutStream(userId)
					? this.tables.capturedRows().forget(userId) : 0);
			return;
		}
		if (!this.transactions.write(() -> this.tables.streams().isFree(userId))) {
			// such as by a long transaction of the application: other users do not wait
			// for it
			return;
		}
		SyncActor actor = new SyncActor(userId, NO_DEVICE);
		UserReads reads = reads(actor);
		for (int i = 0; i < MOST_BATCHES && absorb(actor, reads, this.limits.timeout()); i++) {
			// until nothing waits, or until it is another user's turn
		}
		announce(userId);
	}

	private boolean absorb(SyncActor actor, UserReads reads, Duration longest) {
		return this.engine
			.call((engine) -> reads.lock(longest, (deadline) -> engine.absorber().absorbOldest(actor, deadline)));
	}

	@Override
	public void materializeFailures(SyncActor actor, @Nullable String schema, @Nullable String table, int limit,
			Consumer<MaterializeFailure> sink) {
		SyncActor canonical = canonical(actor, deadline());
		this.engine.get().failures().list(canonical, schema, table, limit, reads(canonical), sink);
	}

	@Override
	public RetryResult retryMaterializeFailure(SyncActor actor, long failureId) {
		Deadline deadline = deadline();
		// beside an upload: one that waited for its turn could not be told that the same
		// failure is being retried already
		SyncActor canonical = canonical(actor, deadline);
		RetryResult result = this.gate.shared(canonical.userId(), deadline, () -> this.engine
			.call((engine) -> engine.failures().retry(canonical(engine, actor, deadline), failureId, deadline)));
		announce(canonical.userId());
		return result;
	}

	@Override
	public Rematerialization.Result rematerialize(Rematerialization.Request request) {
		return new RematerializationRun(this.engine, request).run();
	}

	@Override
	public SyncChecks.Result check(SyncChecks.Request request, Consumer<SyncChecks.Row> sink,
			Predicate<SyncChecks.Progress> goOn) {
		return new CheckRun(this.engine, request, this::absorbAll, sink).run(goOn, this.statistics::countStreams);
	}

	@Override
	public List<String> registeredTables() {
		return this.engine.get().catalog().tables().stream().map((table) -> table.name().toString()).toList();
	}

	private UserReads reads(SyncActor canonical) {
		return new UserReads(this.transactions, this.gate, canonical.userId(), this.limits.timeout());
	}

	private Deadline deadline() {
		return Deadline.in(this.limits.timeout());
	}

	/** Before the user has a turn. */
	private SyncActor canonical(SyncActor actor, Deadline deadline) {
		Engine used = this.engine.get();
		try {
			return canonical(used.userIds(), actor, deadline);
		}
		catch (SyncException ex) {
			if (ex.code() != ErrorCode.AUTHENTICATION_FAILED || !this.engine.hasChanged(used)) {
				throw ex;
			}
			return canonical(this.engine.get().userIds(), actor, deadline);
		}
	}

	private SyncActor canonical(UserIds ids, SyncActor actor, Deadline deadline) {
		SyncActor canonical = ids.canonical(actor);
		if (ids.isUnchecked(canonical.userId())) {
			this.gate.shared(actor.userId(), deadline, () -> check(ids, canonical, deadline));
		}
		return canonical;
	}

	/** Within a turn, of an engine that may be a new one. */
	private SyncActor canonical(Engine engine, SyncActor actor, Deadline deadline) {
		SyncActor canonical = engine.userIds().canonical(actor);
		if (engine.userIds().isUnchecked(canonical.userId())) {
			check(engine.userIds(), canonical, deadline);
		}
		return canonical;
	}

	private boolean check(UserIds ids, SyncActor actor, Deadline deadline) {
		return this.transactions.peek(deadline, () -> ids.check(actor.userId()));
	}

}

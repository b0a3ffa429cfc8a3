/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.download.DownloadService;
import io.oversync.internal.store.StreamIds;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.store.UserGate;
import io.oversync.internal.store.UserReads;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.jspecify.annotations.Nullable;

/**
 * The sync engine on PostgreSQL. It maps all spellings of a user's id to one, and gives
 * each request a deadline and a turn among those of its user ({@link UserGate}).
 */
public final class DefaultSyncService implements SyncEngine {

	private final CurrentEngine engine;

	private final DownloadService downloads;

	private final Transactions transactions;

	private final UserGate gate;

	private final RequestLimits limits;

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
		this(new EngineBuilder(dataSource, catalog, StreamIds.SHA_256, handlers, transactions, settings), catalog,
				limits);
	}

	DefaultSyncService(EngineBuilder builder, TableCatalog catalog, RequestLimits limits) {
		this.engine = new CurrentEngine(catalog, builder);
		this.downloads = new DownloadService(builder.dataSource(), builder.tables());
		this.transactions = builder.transactions();
		this.gate = new UserGate(limits.connectionsPerUser(), limits.waitingPerUser());
		this.limits = limits;
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		Deadline deadline = deadline();
		return this.gate.exclusive(canonical(actor, deadline).userId(), deadline, () -> this.engine
			.call((engine) -> engine.uploads().upload(canonical(engine, actor, deadline), request, deadline)));
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		SyncActor canonical = canonical(actor, deadline());
		return this.downloads.download(canonical, request, sink, reads(canonical));
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
		return this.gate.shared(canonical(actor, deadline).userId(), deadline, () -> this.engine
			.call((engine) -> engine.failures().retry(canonical(engine, actor, deadline), failureId, deadline)));
	}

	@Override
	public Result rematerialize(Request request) {
		return new RematerializationRun(this.engine, request).run();
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
		UserIds ids = this.engine.get().userIds();
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

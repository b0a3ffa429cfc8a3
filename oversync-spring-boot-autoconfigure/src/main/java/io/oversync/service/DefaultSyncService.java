package io.oversync.service;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.download.DownloadService;
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
 * The sync engine on PostgreSQL. Each user has one id here, however the caller spells it.
 */
final class DefaultSyncService implements SyncEngine {

	private final CurrentEngine engine;

	private final DownloadService downloads;

	/**
	 * Creates the service.
	 * @param engine all that depends on business tables
	 * @param downloads serves downloads, which never depend on them
	 */
	DefaultSyncService(CurrentEngine engine, DownloadService downloads) {
		this.engine = engine;
		this.downloads = downloads;
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		return this.engine.call((engine) -> engine.uploads().upload(engine.userIds().canonical(actor), request));
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		return this.downloads.download(this.engine.get().userIds().canonical(actor), request, sink);
	}

	@Override
	public void materializeFailures(SyncActor actor, @Nullable String schema, @Nullable String table, int limit,
			Consumer<MaterializeFailure> sink) {
		Engine current = this.engine.get();
		current.failures().list(current.userIds().canonical(actor), schema, table, limit, sink);
	}

	@Override
	public RetryResult retryMaterializeFailure(SyncActor actor, long failureId) {
		return this.engine.call((engine) -> engine.failures().retry(engine.userIds().canonical(actor), failureId));
	}

	@Override
	public Result rematerialize(Request request) {
		return new RematerializationRun(this.engine, request).run();
	}

	@Override
	public List<String> registeredTables() {
		return this.engine.get().catalog().tables().stream().map((table) -> table.name().toString()).toList();
	}

}

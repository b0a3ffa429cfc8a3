package io.oversync.service;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.catalog.TableCatalog;
import io.oversync.download.DownloadService;
import io.oversync.materialize.FailureService;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.upload.UploadService;
import org.jspecify.annotations.Nullable;

/**
 * The sync engine on PostgreSQL.
 */
public final class DefaultSyncService implements SyncService {

	private final TableCatalog catalog;

	private final UploadService uploads;

	private final DownloadService downloads;

	private final FailureService failures;

	/**
	 * Creates the engine.
	 * @param catalog the registered tables
	 * @param uploads serves uploads
	 * @param downloads serves downloads
	 * @param failures lists and retries failures
	 */
	public DefaultSyncService(TableCatalog catalog, UploadService uploads, DownloadService downloads,
			FailureService failures) {
		this.catalog = catalog;
		this.uploads = uploads;
		this.downloads = downloads;
		this.failures = failures;
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		return this.uploads.upload(actor, request);
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		return this.downloads.download(actor, request, sink);
	}

	@Override
	public List<MaterializeFailure> materializeFailures(SyncActor actor, @Nullable String schema,
			@Nullable String table, int limit) {
		return this.failures.list(actor, schema, table, limit);
	}

	@Override
	public RetryResult retryMaterializeFailure(SyncActor actor, long failureId) {
		return this.failures.retry(actor, failureId);
	}

	@Override
	public List<String> registeredTables() {
		return this.catalog.tables().stream().map((table) -> table.name().toString()).toList();
	}

}

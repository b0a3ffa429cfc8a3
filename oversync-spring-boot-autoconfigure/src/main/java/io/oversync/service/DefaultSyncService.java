package io.oversync.service;

import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

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
 * The sync engine on PostgreSQL. Each user has one id here, however the caller spells it.
 */
public final class DefaultSyncService implements SyncService {

	private final TableCatalog catalog;

	private final UploadService uploads;

	private final DownloadService downloads;

	private final FailureService failures;

	private final UserIds userIds;

	/**
	 * Creates the engine.
	 * @param catalog the registered tables
	 * @param uploads serves uploads
	 * @param downloads serves downloads
	 * @param failures lists and retries failures
	 * @param dataSource the application's database
	 */
	public DefaultSyncService(TableCatalog catalog, UploadService uploads, DownloadService downloads,
			FailureService failures, DataSource dataSource) {
		this.catalog = catalog;
		this.uploads = uploads;
		this.downloads = downloads;
		this.failures = failures;
		this.userIds = new UserIds(catalog, dataSource);
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		return this.uploads.upload(this.userIds.canonical(actor), request);
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		return this.downloads.download(this.userIds.canonical(actor), request, sink);
	}

	@Override
	public List<MaterializeFailure> materializeFailures(SyncActor actor, @Nullable String schema,
			@Nullable String table, int limit) {
		return this.failures.list(this.userIds.canonical(actor), schema, table, limit);
	}

	@Override
	public RetryResult retryMaterializeFailure(SyncActor actor, long failureId) {
		return this.failures.retry(this.userIds.canonical(actor), failureId);
	}

	@Override
	public List<String> registeredTables() {
		return this.catalog.tables().stream().map((table) -> table.name().toString()).toList();
	}

}

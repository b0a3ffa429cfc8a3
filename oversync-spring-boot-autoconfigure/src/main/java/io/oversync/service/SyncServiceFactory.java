package io.oversync.service;

import java.util.List;

import javax.sql.DataSource;

import io.oversync.catalog.TableCatalog;
import io.oversync.download.DownloadService;
import io.oversync.materialize.BusinessTables;
import io.oversync.materialize.FailureService;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.Materializer;
import io.oversync.store.ChangeStore;
import io.oversync.store.FailureStore;
import io.oversync.store.RestoreStore;
import io.oversync.store.RowVersionStore;
import io.oversync.store.StreamStore;
import io.oversync.store.Transactions;
import io.oversync.upload.UploadService;
import io.oversync.upload.UploadSettings;
import io.oversync.upload.UploadStores;

/**
 * Puts the engine together. Needs a migrated sync schema; no Spring context.
 */
public final class SyncServiceFactory {

	private SyncServiceFactory() {
	}

	/**
	 * Creates the engine.
	 * @param dataSource the application's database
	 * @param catalog the registered tables
	 * @param handlers the application's own materialisation, at most one handler a table
	 * @param transactions transactions on that data source
	 * @param settings how uploads behave
	 * @return the engine
	 */
	public static SyncService create(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings) {
		StreamStore streams = new StreamStore(dataSource, settings.lockTimeout());
		ChangeStore changes = new ChangeStore(dataSource);
		RowVersionStore rowVersions = new RowVersionStore();
		RestoreStore restores = new RestoreStore(dataSource);
		FailureStore failures = new FailureStore(dataSource);
		Materializer materializer = new Materializer(dataSource, catalog, handlers);
		UploadStores stores = new UploadStores(streams, changes, rowVersions, restores, failures,
				new BusinessTables(dataSource, catalog), materializer);
		return new DefaultSyncService(catalog, new UploadService(catalog, stores, transactions, settings),
				new DownloadService(dataSource, catalog, streams, restores, transactions),
				new FailureService(catalog, streams, changes, rowVersions, failures, materializer, transactions));
	}

}

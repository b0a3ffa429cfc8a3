/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.function.Function;

import javax.sql.DataSource;

import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.download.DownloadService;
import io.oversync.internal.materialize.BusinessTables;
import io.oversync.internal.materialize.FailureService;
import io.oversync.internal.materialize.Materializer;
import io.oversync.internal.materialize.Rematerializer;
import io.oversync.internal.store.ChangeStore;
import io.oversync.internal.store.CurrentRowStore;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.FailureStore;
import io.oversync.internal.store.RestoreStore;
import io.oversync.internal.store.RowVersionStore;
import io.oversync.internal.store.StreamIds;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.store.UserGate;
import io.oversync.internal.upload.UploadService;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.internal.upload.UploadStores;
import io.oversync.materialize.MaterializationHandler;

/**
 * Puts the engine together. Needs a migrated sync schema; no Spring context.
 */
public final class SyncServiceFactory {

	private SyncServiceFactory() {
	}

	/**
	 * Creates the engine with the usual limits.
	 * @param dataSource the application's database
	 * @param catalog the registered tables
	 * @param handlers the application's own materialisation, at most one handler a table
	 * @param transactions transactions on that data source
	 * @param settings how uploads behave
	 * @return the engine
	 */
	public static SyncEngine create(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings) {
		return create(dataSource, catalog, handlers, transactions, settings, RequestLimits.DEFAULTS);
	}

	/**
	 * Creates the engine.
	 * @param dataSource the application's database
	 * @param catalog the registered tables; one that was read from the database is read
	 * again when their definitions change
	 * @param handlers the application's own materialisation, at most one handler a table
	 * @param transactions transactions on that data source
	 * @param settings how uploads behave
	 * @param limits of requests and users
	 * @return the engine
	 */
	public static SyncEngine create(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings, RequestLimits limits) {
		return create(dataSource, catalog, handlers, transactions, settings, limits, StreamIds.SHA_256);
	}

	static SyncEngine create(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings, RequestLimits limits, StreamIds ids) {
		StreamStore streams = new StreamStore(dataSource, settings.lockTimeout(), transactions::isCrowded, ids);
		ChangeStore changes = new ChangeStore(dataSource);
		RowVersionStore rowVersions = new RowVersionStore();
		RestoreStore restores = new RestoreStore(dataSource);
		FailureStore failures = new FailureStore(dataSource);
		CurrentRowStore rows = new CurrentRowStore(dataSource);
		Definitions definitions = new Definitions(dataSource);
		Function<TableCatalog, Engine> builder = (current) -> {
			Materializer materializer = new Materializer(dataSource, current, handlers);
			UploadStores stores = new UploadStores(streams, changes, rowVersions, restores, failures,
					new BusinessTables(dataSource, current), materializer, definitions);
			return new Engine(current, new UserIds(current, dataSource),
					new UploadService(current, stores, transactions, settings),
					new FailureService(current, streams, changes, rowVersions, failures, materializer, transactions),
					new Rematerializer(current, definitions, streams, rows, changes, failures, materializer,
							transactions));
		};
		return new DefaultSyncService(
				new CurrentEngine(catalog, new CatalogReader(dataSource), definitions, transactions, builder),
				new DownloadService(dataSource, catalog, streams, restores), transactions,
				new UserGate(limits.connectionsPerUser(), limits.waitingPerUser()), limits);
	}

}

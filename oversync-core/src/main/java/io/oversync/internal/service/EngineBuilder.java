/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;

import javax.sql.DataSource;

import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.FailureService;
import io.oversync.internal.materialize.Materializer;
import io.oversync.internal.materialize.Rematerializer;
import io.oversync.internal.store.StreamIds;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.TableIds;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.upload.UploadService;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializationHandler;

/**
 * Builds an engine for the current definitions of the tables.
 */
final class EngineBuilder {

	private final DataSource dataSource;

	private final SyncTables tables;

	private final List<MaterializationHandler> handlers;

	private final Transactions transactions;

	private final UploadSettings settings;

	/**
	 * Creates the builder.
	 * @param dataSource the application's database
	 * @param catalog the registered tables, as they are first
	 * @param ids computes the ids of streams
	 * @param handlers the application's own materialisation, at most one handler a table
	 * @param transactions transactions on that data source
	 * @param settings how uploads behave
	 */
	EngineBuilder(DataSource dataSource, TableCatalog catalog, StreamIds ids, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings) {
		this.dataSource = dataSource;
		this.tables = new SyncTables(dataSource, TableIds.of(catalog),
				new StreamStore(dataSource, settings.lockTimeout(), transactions::isCrowded, ids));
		this.handlers = handlers;
		this.transactions = transactions;
		this.settings = settings;
	}

	Engine build(TableCatalog catalog) {
		Materializer materializer = new Materializer(this.dataSource, catalog, this.handlers);
		return new Engine(catalog, new UserIds(catalog, this.dataSource),
				new UploadService(catalog, this.dataSource, this.tables, materializer, this.transactions,
						this.settings),
				new FailureService(catalog, this.tables, materializer, this.transactions),
				new Rematerializer(catalog, this.dataSource, this.tables, materializer, this.transactions));
	}

	DataSource dataSource() {
		return this.dataSource;
	}

	SyncTables tables() {
		return this.tables;
	}

	Transactions transactions() {
		return this.transactions;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.internal.event.EngineListener;
import io.oversync.internal.absorb.Absorber;
import io.oversync.internal.absorb.CapturedTables;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.capture.CaptureInstaller;
import io.oversync.internal.capture.CaptureMode;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessRows;
import io.oversync.internal.materialize.FailureService;
import io.oversync.internal.compact.Compactor;
import io.oversync.internal.materialize.Materializer;
import io.oversync.internal.materialize.UniqueIndexes;
import io.oversync.internal.materialize.Rematerializer;
import io.oversync.internal.materialize.TableComparer;
import io.oversync.internal.store.StreamIds;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.TableIds;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.upload.DirectWrites;
import io.oversync.internal.upload.UploadService;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.protocol.TableName;

/**
 * Builds an engine for the current definitions of the tables.
 */
final class EngineBuilder {

	private final DataSource dataSource;

	private final SyncTables tables;

	private final List<MaterializationHandler> handlers;

	private final Transactions transactions;

	private final UploadSettings settings;

	private final CaptureInstaller capture;

	private final EngineListener listener;

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
		this(dataSource, catalog, ids, handlers, transactions, settings, CaptureMode.OFF, EngineListener.NONE);
	}

	/**
	 * Creates the builder.
	 * @param dataSource the application's database
	 * @param catalog the registered tables, as they are first
	 * @param ids computes the ids of streams
	 * @param handlers the application's own materialisation, at most one handler a table
	 * @param transactions transactions on that data source
	 * @param settings how uploads behave
	 * @param capture what becomes of triggers when definitions change
	 * @param listener receives notes of the work
	 */
	EngineBuilder(DataSource dataSource, TableCatalog catalog, StreamIds ids, List<MaterializationHandler> handlers,
			Transactions transactions, UploadSettings settings, CaptureMode capture, EngineListener listener) {
		this.listener = listener;
		this.dataSource = dataSource;
		this.tables = new SyncTables(dataSource, TableIds.of(catalog),
				new StreamStore(dataSource, settings.lockTimeout(), transactions::isCrowded, ids), listener);
		this.handlers = handlers;
		this.transactions = transactions;
		this.settings = settings;
		this.capture = new CaptureInstaller(dataSource, capture);
	}

	Engine build(TableCatalog catalog) {
		Materializer materializer = new Materializer(this.dataSource, catalog, this.handlers);
		BusinessRows businessRows = new BusinessRows(this.dataSource, this.handlers);
		Absorber absorber = new Absorber(catalog, this.tables, businessRows, captured(catalog), this.listener);
		return new Engine(catalog, new UserIds(catalog, this.dataSource),
				new UploadService(catalog, this.dataSource, this.tables, materializer, absorber, this.transactions,
						this.settings, this.listener),
				new DirectWrites(catalog, this.dataSource, this.tables, materializer, absorber),
				new FailureService(catalog, this.tables, materializer, absorber, this.transactions),
				new Rematerializer(catalog, this.dataSource, this.tables, materializer, absorber, this.transactions),
				new TableComparer(catalog, this.dataSource, this.tables, businessRows, this.handlers,
						this.transactions),
				absorber,
				new Compactor(catalog, this.tables, new UniqueIndexes(this.dataSource)::columnsOf, this.transactions));
	}

	private CapturedTables captured(TableCatalog catalog) {
		List<SyncedTable> tables = catalog.tables()
			.stream()
			.filter((table) -> table.captured() && table.problem() == null)
			.sorted(Comparator.comparingInt((table) -> catalog.rank(table.name())))
			.toList();
		if (tables.isEmpty()) {
			return CapturedTables.NONE;
		}
		Map<TableName, Integer> generations = this.tables.capturedRows().generations(tables);
		return new CapturedTables(tables, generations);
	}

	CaptureInstaller capture() {
		return this.capture;
	}

	EngineListener listener() {
		return this.listener;
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

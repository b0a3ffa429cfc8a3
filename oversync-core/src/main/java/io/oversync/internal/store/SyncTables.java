/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import javax.sql.DataSource;

import io.oversync.internal.event.EngineListener;

/**
 * The stores of the sync schema, one for each table.
 */
public final class SyncTables {

	private final TableIds ids;

	private final SyncedTableStore syncedTables;

	private final StreamStore streams;

	private final ChangeStore changes;

	private final RowVersionStore rowVersions;

	private final RestoreStore restores;

	private final FailureStore failures;

	private final CurrentRowStore currentRows;

	private final CapturedRowStore capturedRows;

	private final DeviceColumnStore deviceColumns;

	private final DeviceStore devices;

	private final CompactionStore compactions;

	/**
	 * Creates the stores.
	 * @param dataSource the application's database
	 * @param ids the ids of the registered tables
	 * @param streams the users' streams
	 */
	public SyncTables(DataSource dataSource, TableIds ids, StreamStore streams) {
		this(dataSource, ids, streams, EngineListener.NONE);
	}

	/**
	 * Creates the stores.
	 * @param dataSource the application's database
	 * @param ids the ids of the registered tables
	 * @param streams the users' streams
	 * @param listener receives notes of failures
	 */
	public SyncTables(DataSource dataSource, TableIds ids, StreamStore streams, EngineListener listener) {
		this.ids = ids;
		this.syncedTables = new SyncedTableStore(dataSource);
		this.streams = streams;
		this.changes = new ChangeStore(dataSource, ids);
		this.rowVersions = new RowVersionStore(dataSource, ids);
		this.restores = new RestoreStore(dataSource, ids);
		this.failures = new FailureStore(dataSource, listener);
		this.currentRows = new CurrentRowStore(dataSource);
		this.capturedRows = new CapturedRowStore(dataSource, ids);
		this.deviceColumns = new DeviceColumnStore(dataSource, ids);
		this.devices = new DeviceStore(dataSource);
		this.compactions = new CompactionStore(dataSource, ids);
	}

	/**
	 * Returns the ids of the registered tables.
	 * @return the same ones as in {@code sync.synced_table}
	 */
	public TableIds ids() {
		return this.ids;
	}

	/**
	 * Returns the ids and names of all tables.
	 * @return the store of {@code sync.synced_table}
	 */
	public SyncedTableStore syncedTables() {
		return this.syncedTables;
	}

	/**
	 * Returns the users' streams.
	 * @return the store of {@code sync.stream} and {@code sync.source}
	 */
	public StreamStore streams() {
		return this.streams;
	}

	/**
	 * Returns the changes of the streams.
	 * @return the store of {@code sync.change}
	 */
	public ChangeStore changes() {
		return this.changes;
	}

	/**
	 * Returns the versions of rows.
	 * @return the store of {@code sync.row_version}
	 */
	public RowVersionStore rowVersions() {
		return this.rowVersions;
	}

	/**
	 * Returns the rows whose delete was refused.
	 * @return the store of {@code sync.restore}
	 */
	public RestoreStore restores() {
		return this.restores;
	}

	/**
	 * Returns the rows that could not be written.
	 * @return the store of {@code sync.materialize_failures}
	 */
	public FailureStore failures() {
		return this.failures;
	}

	/**
	 * Returns the columns that devices have.
	 * @return the store of {@code sync.device_columns}
	 */
	public DeviceColumnStore deviceColumns() {
		return this.deviceColumns;
	}

	/**
	 * Returns the devices.
	 * @return the store of {@code sync.device}
	 */
	public DeviceStore devices() {
		return this.devices;
	}

	/**
	 * Returns what removes garbage.
	 * @return the store of {@code sync.compaction}
	 */
	public CompactionStore compactions() {
		return this.compactions;
	}

	/**
	 * Returns the rows as the streams have them.
	 * @return the store that pages through them
	 */
	public CurrentRowStore currentRows() {
		return this.currentRows;
	}

	/**
	 * Returns the rows that the application itself has written.
	 * @return the store of {@code sync.captured_row}
	 */
	public CapturedRowStore capturedRows() {
		return this.capturedRows;
	}

}

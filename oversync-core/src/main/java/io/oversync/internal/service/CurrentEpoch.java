/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import javax.sql.DataSource;

import io.oversync.internal.store.EpochStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The name of the server's history, which answers carry: a database that was put back to
 * an earlier state hands out positions and versions a second time, and clients that see
 * another name go through everything that they have (protocol §4).
 */
public final class CurrentEpoch {

	private static final Log logger = LogFactory.getLog(CurrentEpoch.class);

	private final EpochStore store;

	private volatile @Nullable String name;

	/**
	 * Creates it, without a name until it is read.
	 * @param dataSource the application's database
	 */
	public CurrentEpoch(DataSource dataSource) {
		this.store = new EpochStore(dataSource);
	}

	/**
	 * Begins an epoch after the database was restored. Does nothing if it has begun, such
	 * as by another node.
	 * @param restoredAt what the operator calls the restore
	 */
	public void begin(String restoredAt) {
		if (this.store.begin(restoredAt)) {
			logger.warn("The database was restored (oversync.restored-at=" + restoredAt
					+ "): clients are told to compare what they have with it");
		}
	}

	/**
	 * Reads the name, also if the database was put back, or another node has begun an
	 * epoch, while this process runs.
	 */
	public void refresh() {
		this.name = this.store.current();
	}

	/**
	 * Returns the name of the history.
	 * @return the name that was read last, null for none
	 */
	public @Nullable String name() {
		return this.name;
	}

}

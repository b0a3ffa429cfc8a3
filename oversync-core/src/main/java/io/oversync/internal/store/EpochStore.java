/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import javax.sql.DataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The names of the database's history ({@code sync.epoch}).
 */
public final class EpochStore {

	private static final String CURRENT = "SELECT name FROM sync.epoch ORDER BY epoch_no DESC LIMIT 1";

	private static final String RESTORED = """
			INSERT INTO sync.epoch (restored_at) VALUES (:restored_at) ON CONFLICT (restored_at) DO NOTHING""";

	private final JdbcClient jdbc;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public EpochStore(DataSource dataSource) {
		this.jdbc = JdbcClient.create(dataSource);
	}

	/**
	 * Returns the name of the history as it is now.
	 * @return the name
	 */
	public String current() {
		return this.jdbc.sql(CURRENT).query(String.class).single();
	}

	/**
	 * Begins an epoch, unless it has begun already.
	 * @param restoredAt what the operator calls the restore
	 * @return whether it begins now
	 */
	public boolean begin(String restoredAt) {
		return this.jdbc.sql(RESTORED).param("restored_at", restoredAt).update() > 0;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.capture;

import java.util.List;

import io.oversync.client.SyncSetupException;
import io.oversync.client.SyncTable;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.table.LocalTables;

/**
 * Follows what the application does to its tables: whatever has changed since the client
 * last looked, triggers and bookkeeping are brought in line before it goes on.
 */
public final class SchemaFollower {

	private final Database database;

	private final List<SyncTable> listed;

	private final String defaultSchema;

	private final LocalTables tables;

	private SchemaFollower(Database database, List<SyncTable> listed, String defaultSchema) {
		this.database = database;
		this.listed = listed;
		this.defaultSchema = defaultSchema;
		this.tables = prepare();
	}

	public static SchemaFollower open(Database database, List<SyncTable> listed, String defaultSchema) {
		return new SchemaFollower(database, listed, defaultSchema);
	}

	private LocalTables prepare() {
		return this.database.prepare(() -> new DatabaseSetup(this.database).prepare(this.listed, this.defaultSchema));
	}

	/** Returns the tables, which change with the schema. */
	public LocalTables tables() {
		return this.tables;
	}

	/**
	 * Prepares the tables again if the schema has changed.
	 * @throws SyncSetupException if a table cannot be synced any more
	 */
	public void follow() {
		if (!this.database.read(this.database::isPrepared)) {
			this.tables.become(prepare());
		}
	}

}

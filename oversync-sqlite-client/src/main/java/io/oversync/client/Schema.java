/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * Follows what the application does to its tables: whatever has changed since the client
 * last looked, triggers and bookkeeping are brought in line before it goes on.
 */
final class Schema {

	private final Database database;

	private final List<SyncTable> listed;

	private final String defaultSchema;

	private final Tables tables;

	private Schema(Database database, List<SyncTable> listed, String defaultSchema) {
		this.database = database;
		this.listed = listed;
		this.defaultSchema = defaultSchema;
		this.tables = prepare();
	}

	static Schema open(Database database, List<SyncTable> listed, String defaultSchema) {
		return new Schema(database, listed, defaultSchema);
	}

	private Tables prepare() {
		return this.database.prepare(() -> new DatabaseSetup(this.database).prepare(this.listed, this.defaultSchema));
	}

	/** Returns the tables, which change with the schema. */
	Tables tables() {
		return this.tables;
	}

	/**
	 * Prepares the tables again if the schema has changed.
	 * @throws SyncSetupException if a table cannot be synced any more
	 */
	void follow() {
		if (!this.database.read(this.database::isPrepared)) {
			this.tables.become(prepare());
		}
	}

}

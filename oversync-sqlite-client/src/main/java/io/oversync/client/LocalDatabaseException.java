/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.sql.SQLException;

/**
 * The SQLite database failed; the transaction was rolled back.
 */
public class LocalDatabaseException extends SyncException {

	/**
	 * Creates an exception.
	 * @param message the attempted operation and its problem
	 * @param cause the cause
	 */
	public LocalDatabaseException(String message, SQLException cause) {
		super(message, cause);
	}

}

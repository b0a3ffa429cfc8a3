/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.sql.SQLException;

/**
 * Another connection, perhaps of another process, held the SQLite database for longer
 * than the busy timeout. Trying again is safe.
 */
public class DatabaseBusyException extends LocalDatabaseException {

	/**
	 * Creates an exception.
	 * @param message what is wrong
	 * @param cause the cause
	 */
	public DatabaseBusyException(String message, SQLException cause) {
		super(message, cause);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.SQLException;

import io.oversync.internal.catalog.RowKey;

import org.springframework.dao.ConcurrencyFailureException;

/**
 * A handler has failed to read a row that it could read a moment ago. As for any failed
 * serialization, the transaction is tried again.
 */
final class HandlerReadException extends ConcurrencyFailureException {

	private static final String SERIALIZATION_FAILURE = "40001";

	HandlerReadException(RowKey row) {
		super("The MaterializationHandler could not read " + row + " again",
				new SQLException("A handler failed", SERIALIZATION_FAILURE));
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.SQLException;

import org.springframework.dao.ConcurrencyFailureException;

/**
 * The application has written rows since they were read, and they were overwritten. As
 * for any failed serialization, the transaction is tried again.
 */
public final class UnseenWriteException extends ConcurrencyFailureException {

	private static final String SERIALIZATION_FAILURE = "40001";

	/** Creates the exception. */
	public UnseenWriteException() {
		super("The application has written rows meanwhile",
				new SQLException("Rows were written since they were read", SERIALIZATION_FAILURE));
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import io.oversync.internal.catalog.RowKey;

/**
 * A row that the application wanted to write cannot be written as rows are now.
 */
@SuppressWarnings("serial")
public final class RefusedRowException extends RuntimeException {

	private final RowKey row;

	/**
	 * Creates the exception.
	 * @param row the row
	 * @param reason why it was not written
	 */
	RefusedRowException(RowKey row, String reason) {
		super(reason);
		this.row = row;
	}

	/**
	 * Returns the row.
	 * @return the row that was not written
	 */
	public RowKey row() {
		return this.row;
	}

}

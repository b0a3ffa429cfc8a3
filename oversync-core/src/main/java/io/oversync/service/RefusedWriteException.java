/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.service;

import java.util.UUID;

import io.oversync.protocol.TableName;

import org.springframework.dao.DataIntegrityViolationException;

/**
 * A row that {@link ServerWrites} did not write, since other rows, or its business table,
 * do not allow it as they are. The message says what is in the way.
 */
@SuppressWarnings("serial")
public class RefusedWriteException extends DataIntegrityViolationException {

	private final TableName table;

	private final UUID key;

	/**
	 * Refuses a row.
	 * @param table its table
	 * @param key its key
	 * @param reason why it was not written
	 * @param cause the cause
	 */
	public RefusedWriteException(TableName table, UUID key, String reason, Throwable cause) {
		super("Nothing was written: row %s of %s: %s".formatted(key, table, reason), cause);
		this.table = table;
		this.key = key;
	}

	/**
	 * Returns the table of the row.
	 * @return a registered table
	 */
	public TableName table() {
		return this.table;
	}

	/**
	 * Returns the key of the row.
	 * @return the key
	 */
	public UUID key() {
		return this.key;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A local change that the server will never take as it is. It holds nothing else back; it
 * waits for {@link SyncClient#retryQuarantined} or {@link SyncClient#discardQuarantined},
 * or for another edit of the row.
 */
public interface QuarantinedChange {

	/**
	 * Returns the id by which the change is retried or discarded.
	 * @return the id
	 */
	long id();

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	String table();

	/**
	 * Returns the key of the row, a dashed UUID if it is one.
	 * @return the key
	 */
	String pk();

	/**
	 * Returns the operation: {@code INSERT}, {@code UPDATE} or {@code DELETE}.
	 * @return the operation
	 */
	String op();

	/**
	 * Returns the JSON that was refused; null for a DELETE, or if the row cannot be
	 * written as JSON.
	 * @return the JSON
	 */
	@Nullable String payload();

	/**
	 * Returns the reason: {@code bad_payload}, {@code request_too_large}, {@code
	 * fk_missing} for a parent that is deleted, {@code referenced} for a delete of a row
	 * that other rows on the server refer to, or {@code unsupported_value} for a value
	 * that cannot be sent.
	 * @return the reason
	 */
	String reason();

	/**
	 * Returns a message for people.
	 * @return the message
	 */
	String message();

	/**
	 * Returns the time at which the change was refused.
	 * @return the time
	 */
	Instant since();

}

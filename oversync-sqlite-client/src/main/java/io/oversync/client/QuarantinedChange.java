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
	 * Returns to name it by.
	 * @return to name it by
	 */
	long id();

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	String table();

	/**
	 * Returns the row's key: a dashed UUID if it is one.
	 * @return the row's key
	 */
	String pk();

	/**
	 * Returns {@code INSERT}, {@code UPDATE} or {@code DELETE}.
	 * @return {@code INSERT}, {@code UPDATE} or {@code DELETE}
	 */
	String op();

	/**
	 * Returns the JSON that was refused, null for a DELETE or when it could not be made.
	 * @return the JSON that was refused, null for a DELETE or when it could not be made
	 */
	@Nullable String payload();

	/**
	 * Returns {@code bad_payload}, {@code request_too_large}, {@code fk_missing} for a
	 * parent that is deleted, {@code referenced} for a delete of a row that others on the
	 * server refer to, or {@code unsupported_value} for what cannot be sent.
	 * @return {@code bad_payload}, {@code request_too_large}, {@code fk_missing} for a
	 * parent that is deleted, {@code referenced} for a delete of a row that others on the
	 * server refer to, or {@code unsupported_value} for what cannot be sent
	 */
	String reason();

	/**
	 * Returns a message for people.
	 * @return the message
	 */
	String message();

	/**
	 * Returns when it was refused.
	 * @return when it was refused
	 */
	Instant since();

}

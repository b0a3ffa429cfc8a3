/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A row whose write into the business table failed although its change was applied (§4).
 *
 * @param id the id of the failure
 * @param userId the owner
 * @param table the table
 * @param pk the row's key
 * @param attemptedVersion the version that was being written
 * @param op the operation
 * @param payload the after-image, verbatim; null for a DELETE
 * @param error what went wrong, without data of other users
 * @param firstSeen when the row first failed
 * @param retryCount how often it was tried again
 */
public record MaterializeFailure(long id, String userId, TableName table, UUID pk, long attemptedVersion, Operation op,
		@Nullable Payload payload, String error, Instant firstSeen, int retryCount) {
}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

/**
 * On whose behalf business tables are read and written.
 *
 * @param userId the owner of the rows
 * @param streamId the owner's stream
 */
public record Scope(String userId, long streamId) {
}

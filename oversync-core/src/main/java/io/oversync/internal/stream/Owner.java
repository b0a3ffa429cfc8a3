/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

/**
 * A user as the owner of rows: owner columns hold the id, all other tables the stream.
 *
 * @param userId the user's one id
 * @param streamId the user's stream
 */
public record Owner(String userId, long streamId) {
}

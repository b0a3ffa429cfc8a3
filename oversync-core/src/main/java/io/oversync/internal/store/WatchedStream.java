/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.Set;

import io.oversync.internal.stream.Backlog;

/**
 * What a node must know of the stream of a user whose devices wait.
 *
 * @param userId the user
 * @param head the highest server_id
 * @param backlog what the stream lacks of what the application itself has written
 * @param revoked the revoked devices
 */
public record WatchedStream(String userId, long head, Backlog backlog, Set<String> revoked) {
}

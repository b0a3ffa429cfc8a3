/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import io.oversync.internal.stream.Backlog;
import org.jspecify.annotations.Nullable;

/**
 * A user's stream as a page sees it: read without a lock, again with each block, and only
 * as much of it as a page needs.
 *
 * @param id its id
 * @param head the highest server_id, 0 for none
 * @param sourceNo the number of the asking source, null for one that is new
 * @param hasRestores whether there are restores that the asking source has not received
 * @param backlog what it lacks of what the application itself has written
 * @param revoked whether the asking device is refused
 */
public record StreamHead(long id, long head, @Nullable Integer sourceNo, boolean hasRestores, Backlog backlog,
		boolean revoked) {
}

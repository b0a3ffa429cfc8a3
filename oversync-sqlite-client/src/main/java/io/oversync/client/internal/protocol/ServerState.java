/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What the status of the server says about the user's stream.
 *
 * @param epoch the name of the server's history, null if it has none
 * @param retainedSince the position up to which tombstones may have expired, 0 for none
 * @param expiredRows the number of rows that are gone with their tombstones, 0 for none
 */
public record ServerState(@Nullable String epoch, long retainedSince, long expiredRows) {

	/** Of a server that keeps all tombstones. */
	public static final ServerState ALL_KEPT = new ServerState(null, 0, 0);

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;

/**
 * The background work on streams.
 */
public interface DueCompactions {

	/**
	 * Compacts all streams of which half may be garbage. Several nodes may do that at
	 * once: each stream is compacted by one of them.
	 * @param interval the shortest time between two compactions of a stream
	 * @return the number of entries that were removed
	 */
	long compactDue(Duration interval);

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import org.jspecify.annotations.Nullable;

/**
 * A conflict and its resolution.
 */
public interface ResolvedConflict {

	/**
	 * Returns the two sides as they were.
	 * @return the conflict
	 */
	Conflict conflict();

	/**
	 * Returns the resolution; null if the resolver failed and the change is still
	 * pending.
	 * @return the resolution
	 */
	@Nullable Resolution resolution();

	/**
	 * Returns the reason why the change is still pending, or null.
	 * @return the reason
	 */
	@Nullable String problem();

}

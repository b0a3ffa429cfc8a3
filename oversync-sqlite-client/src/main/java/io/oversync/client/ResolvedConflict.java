/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import org.jspecify.annotations.Nullable;

/**
 * A conflict and what became of it.
 */
public interface ResolvedConflict {

	/**
	 * Returns the two sides as they were.
	 * @return the two sides as they were
	 */
	Conflict conflict();

	/**
	 * Returns the decision, null if the resolver failed and the change is still pending.
	 * @return the decision, null if the resolver failed and the change is still pending
	 */
	@Nullable Resolution resolution();

	/**
	 * Returns why it is still pending, or null.
	 * @return why it is still pending, or null
	 */
	@Nullable String problem();

}

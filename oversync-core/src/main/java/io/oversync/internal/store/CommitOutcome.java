/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

/**
 * The outcome of a transaction.
 */
enum CommitOutcome {

	/** Everything is saved. */
	COMMITTED,
	/** Nothing is saved. */
	ROLLED_BACK,
	/** The connection was lost, or something else went wrong, during the commit. */
	UNKNOWN

}

package io.oversync.internal.store;

/**
 * What became of a transaction.
 */
enum CommitOutcome {

	/** Everything is saved. */
	COMMITTED,
	/** Nothing is saved. */
	ROLLED_BACK,
	/** The connection was lost, or something else went wrong, during the commit. */
	UNKNOWN

}

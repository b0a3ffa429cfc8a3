/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * Receives the events of syncs, on the thread that syncs and outside of any transaction.
 * An exception of a listener is logged and changes nothing. A listener must not sync
 * itself, which is refused with an {@link IllegalStateException}:
 * {@link SyncClient#requestSync()} and {@link SyncClient#status()} may be called.
 */
public interface SyncListener {

	/**
	 * A sync has changed something.
	 * @param status the status
	 */
	default void onStatus(SyncStatus status) {
	}

	/**
	 * Another device changed a row that was changed here.
	 * @param conflict the conflict and its resolution
	 */
	default void onConflict(ResolvedConflict conflict) {
	}

	/**
	 * The server will never take a change as it is.
	 * @param change the change
	 */
	default void onQuarantined(QuarantinedChange change) {
	}

	/**
	 * The server refused a local delete, since other rows refer to the row; it comes
	 * back.
	 * @param delete the delete
	 */
	default void onRefusedDelete(RefusedDelete delete) {
	}

	/**
	 * A row of the server cannot be written here, since a local constraint keeps it out.
	 * Reported once for each reason.
	 * @param row the row
	 */
	default void onHeld(HeldRow row) {
	}

	/**
	 * The database and the server did not belong together any more, and were brought
	 * together again.
	 * @param recovery the reason and the evidence
	 */
	default void onRecovery(Recovery recovery) {
	}

	/**
	 * A verification found rows that are not as the server has them.
	 * @param result the rows
	 */
	default void onDifferences(VerifyResult result) {
	}

	/**
	 * A background sync failed and will be tried again.
	 * @param problem what is wrong
	 */
	default void onError(SyncException problem) {
	}

}

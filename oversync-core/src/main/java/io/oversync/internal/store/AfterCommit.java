/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Notes what a transaction has done once it is committed.
 */
public final class AfterCommit {

	private AfterCommit() {
	}

	/**
	 * Runs after the commit of the current transaction; at once without one, and never if
	 * it is rolled back.
	 * @param note what is run
	 */
	public static void run(Runnable note) {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			note.run();
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
			@Override
			public void afterCommit() {
				note.run();
			}
		});
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

/**
 * Concurrent turns, transactions and disturbances.
 *
 * @param disturbances the disturbances of the server
 * @param turns at most one for each device
 * @param transactions of the application, one after the other
 */
record Round(List<Disturbance> disturbances, List<Turn> turns, List<Transaction> transactions) {

	/** Returns whether only the application acts. */
	boolean isOfTheApplication() {
		return this.disturbances.isEmpty() && this.turns.isEmpty();
	}

	int steps() {
		return this.disturbances.size() + this.transactions.size()
				+ this.turns.stream().mapToInt((turn) -> turn.actions().size()).sum();
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * A transaction of the application, which writes rows of several users in the server's
 * database.
 *
 * @param afterMillis milliseconds after the transaction before it, or the beginning of
 * the round
 * @param seed determines the writes
 * @param count the number of writes
 * @param openMillis milliseconds between the writes and the ending
 * @param rounds the number of rounds that begin before the ending
 * @param ending how it ends
 */
record Transaction(int afterMillis, long seed, int count, int openMillis, int rounds, Ending ending) {

	/**
	 * The ends of a transaction.
	 */
	enum Ending {

		COMMIT("commits"), ROLL_BACK("rolls back"), TERMINATE("loses its connection"),

		/** Whether the commit succeeds is a matter of timing. */
		COMMIT_AND_TERMINATE("loses its connection while it commits");

		private final String words;

		Ending(String words) {
			this.words = words;
		}

	}

	/** Returns the transaction with fewer writes, and without the rounds in between. */
	Transaction with(int count, int rounds) {
		return new Transaction(this.afterMillis, this.seed, count, this.openMillis, rounds, this.ending);
	}

	@Override
	public String toString() {
		return "writes and " + this.ending.words + ((this.rounds > 0) ? " " + this.rounds + " rounds later" : "");
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * A disturbance of the server during a round.
 *
 * @param kind its kind
 * @param afterMillis milliseconds after the beginning of the round
 */
record Disturbance(Kind kind, int afterMillis) {

	/**
	 * The kinds of disturbances.
	 */
	enum Kind {

		/** The server's process is killed and started again. */
		KILL_SERVER("the server is killed and started again", "server kills"),

		/** The server's connections to PostgreSQL are cut. */
		CUT_CONNECTIONS("the server's connections to PostgreSQL are cut", "connection kills"),

		/** The server's database is copied. */
		BACK_UP_SERVER("the server's database is copied", "server backups"),

		/** The server's database is replaced by the copy. */
		PUT_SERVER_BACK("the server is killed and started again with the copy of its database", "servers put back"),

		/** As before, and the operator declares the restore to the server. */
		PUT_SERVER_BACK_DECLARED(
				"the server is killed and started again with the copy of its database, which is declared to it",
				"declared restores"),

		/** The streams are compacted. */
		COMPACT("the streams are compacted", "compactions"),

		/** The streams are compacted, and tombstones of any age expire. */
		EXPIRE_TOMBSTONES("the streams are compacted, and tombstones expire", "expiries");

		private final String words;

		private final String figure;

		Kind(String words, String figure) {
			this.words = words;
			this.figure = figure;
		}

		/** Whether changes are lost that were made after the copy of the database. */
		boolean putsBack() {
			return this == PUT_SERVER_BACK || this == PUT_SERVER_BACK_DECLARED;
		}

		/** Returns the name of its counter. */
		String figure() {
			return this.figure;
		}

	}

	@Override
	public String toString() {
		return this.kind.words + " after " + this.afterMillis + " ms";
	}

}

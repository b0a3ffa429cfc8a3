/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * What happens to the server during a round.
 *
 * @param kind what
 * @param afterMillis how long after the round has begun
 */
record Disturbance(Kind kind, int afterMillis) {

	/**
	 * What can happen.
	 */
	enum Kind {

		/** The server's process is killed and started again. */
		KILL_SERVER("the server is killed and started again", "server kills"),

		/** The server's connections to PostgreSQL are cut. */
		CUT_CONNECTIONS("the server's connections to PostgreSQL are cut", "connection kills"),

		/** The server's database is copied. */
		BACK_UP_SERVER("the server's database is copied", "server backups"),

		/** The server goes on with the copy of its database. */
		PUT_SERVER_BACK("the server is killed and started again with the copy of its database", "servers put back");

		private final String words;

		private final String figure;

		Kind(String words, String figure) {
			this.words = words;
			this.figure = figure;
		}

		/** Returns under which name it is counted. */
		String figure() {
			return this.figure;
		}

	}

	@Override
	public String toString() {
		return this.kind.words + " after " + this.afterMillis + " ms";
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;

/**
 * Something that one user can do to a server to make it slow, stop or die.
 *
 * @param name as on the command line
 * @param purpose what is sent, in a few words
 * @param connections how many of them strike at the same time
 * @param plan what is prepared, and then done again and again
 */
record Attack(String name, String purpose, int connections, Plan plan) {

	/**
	 * Prepares an attack.
	 */
	@FunctionalInterface
	interface Plan {

		/**
		 * Uploads the rows that the attack needs, as an ordinary client would. Not
		 * judged.
		 * @param attacker who attacks
		 * @return what each connection does again and again
		 */
		Strike prepare(Attacker attacker) throws IOException, InterruptedException;

	}

	/**
	 * One round of one connection.
	 */
	@FunctionalInterface
	interface Strike {

		/**
		 * Strikes once. An exception is counted as a broken connection.
		 * @param connection which, from 0
		 */
		void play(int connection) throws IOException, InterruptedException;

	}

}

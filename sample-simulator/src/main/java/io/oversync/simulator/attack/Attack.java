/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;

/**
 * An attempt of one user to make a server slow, stop or die.
 *
 * @param name the name on the command line
 * @param purpose a short description of the requests
 * @param connections the number of concurrent connections
 * @param plan the preparation, and the round that is repeated
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
		 * @param attacker the attacker
		 * @return the round that each connection repeats
		 */
		Strike prepare(Attacker attacker) throws IOException, InterruptedException;

	}

	/**
	 * One round of one connection.
	 */
	@FunctionalInterface
	interface Strike {

		/**
		 * Runs one round. An exception is counted as a broken connection.
		 * @param connection the number of the connection, from 0
		 */
		void play(int connection) throws IOException, InterruptedException;

	}

}

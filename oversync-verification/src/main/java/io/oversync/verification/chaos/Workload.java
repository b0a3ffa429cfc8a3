/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

/**
 * All events of some users, their devices, the network and the server. A second run
 * repeats them, except the timing of concurrent events. At its end the network has no
 * faults, and all devices sync until nothing is left to do.
 *
 * @param rounds one after the other
 */
record Workload(List<Round> rounds) {

	/** Returns the devices, in order of appearance. */
	List<Role> cast() {
		return this.rounds.stream()
			.flatMap((round) -> round.turns().stream())
			.map(Turn::role)
			.distinct()
			.sorted()
			.toList();
	}

	/** Returns the number of events. */
	int steps() {
		return this.rounds.stream().mapToInt(Round::steps).sum();
	}

}

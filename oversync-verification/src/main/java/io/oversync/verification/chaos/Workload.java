/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

/**
 * Everything that happens to some users, their devices, the network and the server. Run
 * again, it happens again, but for the timing of what happens at the same time. At its
 * end the network is whole, and everybody syncs until nothing is left to do.
 *
 * @param rounds one after the other
 */
record Workload(List<Round> rounds) {

	/** Returns who appears, in order. */
	List<Role> cast() {
		return this.rounds.stream()
			.flatMap((round) -> round.turns().stream())
			.map(Turn::role)
			.distinct()
			.sorted()
			.toList();
	}

	/** Returns how many things happen. */
	int steps() {
		return this.rounds.stream().mapToInt(Round::steps).sum();
	}

}

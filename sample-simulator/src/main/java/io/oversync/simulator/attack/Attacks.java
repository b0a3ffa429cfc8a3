/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.oversync.simulator.program.UsageException;

/**
 * All attacks.
 */
final class Attacks {

	private static final Map<String, Attack> all = new LinkedHashMap<>();

	static {
		Stream
			.of(ConnectionAttacks.all(), CrowdAttacks.all(), BodyAttacks.all(), ValueAttacks.all(),
					LargeRowAttacks.all(), PlanningAttacks.all())
			.flatMap(List::stream)
			.forEach((attack) -> all.put(attack.name(), attack));
	}

	private Attacks() {
	}

	static Collection<Attack> all() {
		return List.copyOf(all.values());
	}

	/**
	 * Finds an attack.
	 * @param name of the attack
	 * @return the attack
	 * @throws UsageException if there is none of this name
	 */
	static Attack named(String name) {
		Attack attack = all.get(name);
		if (attack == null) {
			throw new UsageException(
					"There is no attack '" + name + "': choose from " + String.join(", ", all.keySet()));
		}
		return attack;
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.simulator.program.Program;
import io.oversync.simulator.program.UsageException;
import io.oversync.simulator.scenario.Scenarios;

/**
 * The programs for {@code --scenario}.
 *
 * @param scenarios the programs of {@code all}, in this order
 * @param others the programs that only run by name
 */
record Programs(List<Program> scenarios, List<Program> others) {

	static final String ALL = "all";

	/** Returns the programs of the simulator. */
	static Programs standard() {
		return new Programs(Scenarios.all(), List.of(new ChaosProgram(), new SoakProgram()));
	}

	/**
	 * Finds programs.
	 * @param names names of programs, or {@code all}
	 * @return each program once, in the order of the names
	 * @throws UsageException if a name is unknown
	 */
	Set<Program> named(List<String> names) {
		Set<Program> chosen = new LinkedHashSet<>();
		for (String name : names) {
			if (name.equals(ALL)) {
				chosen.addAll(this.scenarios);
			}
			else {
				chosen.add(named(name));
			}
		}
		return chosen;
	}

	private Program named(String name) {
		return each().filter((program) -> program.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new UsageException("There is no scenario '" + name + "': choose " + ALL + " or "
					+ each().map(Program::name).collect(Collectors.joining(", "))));
	}

	private Stream<Program> each() {
		return Stream.concat(this.scenarios.stream(), this.others.stream());
	}

	/** Returns a line for each program: its name and its purpose. */
	String[] descriptions() {
		int width = each().mapToInt((program) -> program.name().length()).max().orElse(0);
		return each()
			.map((program) -> "  " + program.name() + " ".repeat(2 + width - program.name().length())
					+ program.purpose())
			.toArray(String[]::new);
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import io.oversync.simulator.program.Console;

/**
 * The simulator with its output in a string.
 */
final class SimulatorRun {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final Programs programs;

	SimulatorRun() {
		this(Programs.standard());
	}

	SimulatorRun(Programs programs) {
		this.programs = programs;
	}

	int run(String... args) {
		PrintStream out = new PrintStream(this.bytes, true, StandardCharsets.UTF_8);
		return new Simulator(new Console(out, false), this.programs).run(args);
	}

	String printed() {
		return this.bytes.toString(StandardCharsets.UTF_8);
	}

}

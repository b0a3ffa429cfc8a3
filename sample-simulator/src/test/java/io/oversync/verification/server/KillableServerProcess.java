/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.server;

import java.nio.file.Path;

import io.oversync.simulator.sample.SampleTarget;

/**
 * A simulator that starts a server, prints its process and its database, and runs until
 * it is interrupted.
 */
final class KillableServerProcess {

	private KillableServerProcess() {
	}

	/**
	 * Runs the simulator.
	 * @param args the server's folder
	 */
	public static void main(String[] args) throws Exception {
		try (KillableServer server = SampleTarget.start(Path.of(args[0]))) {
			System.out.println("STARTED " + server.pid() + " " + server.jdbcUrl());
			Thread.currentThread().join();
		}
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.server;

import java.nio.file.Path;

/**
 * A simulator that starts a server, says its process and its database, and goes on until
 * it is interrupted.
 */
final class OwnServerProcess {

	private OwnServerProcess() {
	}

	/**
	 * Runs it.
	 * @param args the server's folder
	 */
	public static void main(String[] args) throws Exception {
		try (OwnServer server = OwnServer.start(Path.of(args[0]))) {
			System.out.println("STARTED " + server.pid() + " " + server.jdbcUrl());
			Thread.currentThread().join();
		}
	}

}

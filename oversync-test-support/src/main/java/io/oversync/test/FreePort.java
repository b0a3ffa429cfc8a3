/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports for servers that are killed and come back. They lie below those that
 * systems give to outgoing connections: while the server is down, one of its own clients
 * could get its port otherwise.
 */
public final class FreePort {

	private static final int LOWEST = 20_000;

	private static final int HIGHEST = 30_000;

	private static final int TRIES = 1000;

	private FreePort() {
	}

	/**
	 * Finds a port.
	 * @return a port on which nothing listens
	 */
	public static int find() {
		for (int i = 0; i < TRIES; i++) {
			int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
			try (ServerSocket socket = new ServerSocket(port)) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// taken
			}
		}
		throw new IllegalStateException("No port between " + LOWEST + " and " + HIGHEST + " is free");
	}

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.concurrent.Callable;

/**
 * One connection of a {@link Load}.
 *
 * @param requests prepares the next request; this is not timed
 * @param connections closed with the client
 */
record Client(Callable<Request> requests, AutoCloseable... connections) implements AutoCloseable {

	@Override
	public void close() throws Exception {
		for (AutoCloseable connection : this.connections) {
			connection.close();
		}
	}

	/** A request that is ready to be sent. */
	interface Request {

		/**
		 * Sends the request and reads the answer.
		 * @return the number of changes or rows
		 * @throws IllegalStateException if the answer is wrong
		 */
		int send() throws Exception;

	}

}

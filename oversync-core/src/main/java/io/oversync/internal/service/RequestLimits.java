/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;

/**
 * What one request, and one user, may take of the server.
 *
 * @param timeout how long a request may take in the engine, with all that it waits for
 * @param connectionsPerUser how many connections one user may hold at a time, 1 or more
 * @param waitingPerUser how many more requests of a user may wait for one
 */
public record RequestLimits(Duration timeout, int connectionsPerUser, int waitingPerUser) {

	/** Those of an application that sets nothing. */
	public static final RequestLimits DEFAULTS = new RequestLimits(Duration.ofSeconds(8), 2, 16);

}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;

/**
 * The limits of one request and of one user.
 *
 * @param timeout the longest time of a request in the engine, waiting included
 * @param connectionsPerUser how many connections one user may hold at a time, 1 or more
 * @param waitingPerUser how many more requests of a user may wait for one
 */
public record RequestLimits(Duration timeout, int connectionsPerUser, int waitingPerUser) {

	/** The limits of an application that configures none. */
	public static final RequestLimits DEFAULTS = new RequestLimits(Duration.ofSeconds(8), 2, 16);

}

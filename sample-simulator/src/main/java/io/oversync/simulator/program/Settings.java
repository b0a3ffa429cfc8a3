/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asked for.
 *
 * @param target the server
 * @param ownServer the same if the simulator has started it, and may do with it what it
 * likes; otherwise null
 * @param databaseUrl the server's database, to look at its tables as well, or null
 * @param parallel how many users play a scenario at once
 * @param endurance how much chaos, how long a soak
 * @param seed decides what is left to chance
 * @param run makes the names of this run's users different from those of all other runs
 */
public record Settings(SyncTarget target, @Nullable KillableServer ownServer, @Nullable String databaseUrl,
		int parallel, Endurance endurance, long seed, String run) {
}

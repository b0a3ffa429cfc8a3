/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a run.
 *
 * @param target the server
 * @param ownServer the server if the simulator started it and may disturb it, otherwise
 * null
 * @param databaseUrl the server's database, to look at its tables as well, or null
 * @param parallel the number of concurrent users of a scenario
 * @param endurance the settings of chaos and soak
 * @param seed the seed of all random choices
 * @param run makes the names of this run's users different from those of all other runs
 */
public record Settings(SyncTarget target, @Nullable KillableServer ownServer, @Nullable String databaseUrl,
		int parallel, Endurance endurance, long seed, String run) {
}

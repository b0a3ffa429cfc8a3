package io.oversync.simulator.program;

import io.oversync.simulator.device.SyncTarget;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asked for.
 *
 * @param target the server
 * @param databaseUrl the server's database, to look at its tables as well, or null
 * @param parallel how many users play at once
 * @param seed decides what is left to chance
 * @param run makes the names of this run's users different from those of all other runs
 */
public record Settings(SyncTarget target, @Nullable String databaseUrl, int parallel, long seed, String run) {
}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The settings of programs with a duration.
 *
 * @param users the number of users
 * @param devices the number of devices of each user
 * @param duration the duration
 * @param rate the syncs per second of all devices together, for a steady load
 * @param workload the file of a workload to repeat, or null
 */
public record Endurance(int users, int devices, Duration duration, double rate, @Nullable Path workload) {
}

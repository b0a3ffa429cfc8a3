/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What the command line asked for where time matters.
 *
 * @param users how many users
 * @param devices how many devices each of them has
 * @param duration how long
 * @param rate how many syncs a second all devices make together, where that is steady
 * @param workload what is to happen, instead of something new, or null
 */
public record Endurance(int users, int devices, Duration duration, double rate, @Nullable Path workload) {
}

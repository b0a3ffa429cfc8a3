/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.time.Duration;

/**
 * How much chaos.
 *
 * @param users how many users act at the same time
 * @param devices how many devices each of them has
 * @param duration how long new workloads are run
 * @param seed decides the workloads
 * @param patience how long a workload that fails is shortened
 */
public record ChaosSettings(int users, int devices, Duration duration, long seed, Duration patience) {
}

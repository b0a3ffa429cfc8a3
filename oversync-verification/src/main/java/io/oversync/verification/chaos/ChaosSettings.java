/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.time.Duration;

/**
 * The extent of the chaos.
 *
 * @param users the number of concurrent users
 * @param devices the number of devices of each user
 * @param duration the time in which new workloads are started
 * @param seed the seed of the workloads
 * @param patience the longest time for shortening a failing workload
 */
public record ChaosSettings(int users, int devices, Duration duration, long seed, Duration patience) {
}

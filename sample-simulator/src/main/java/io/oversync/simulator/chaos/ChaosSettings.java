/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.time.Duration;

/**
 * How much chaos.
 *
 * @param users how many users act at the same time
 * @param devices how many devices each of them has
 * @param duration how long new stories are told
 * @param seed decides the stories
 * @param patience how long a story that fails is shortened
 */
record ChaosSettings(int users, int devices, Duration duration, long seed, Duration patience) {
}

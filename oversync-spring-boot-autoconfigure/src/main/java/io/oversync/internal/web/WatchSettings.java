/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Duration;

/**
 * The settings of devices that wait for news.
 *
 * @param pollInterval between two queries for news from elsewhere
 * @param heartbeat between two signs of life
 * @param perUser the most that wait of one user
 * @param total the most that wait
 */
public record WatchSettings(Duration pollInterval, Duration heartbeat, int perUser, int total) {
}

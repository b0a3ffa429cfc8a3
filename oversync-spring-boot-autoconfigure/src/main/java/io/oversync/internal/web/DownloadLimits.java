/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Duration;

/**
 * The limits of downloads while they are answered.
 *
 * @param answersPerUser how many downloads of one user are answered at a time, 1 or more
 * @param rate the bytes a second at which a client must take an answer
 * @param grace how long any rate will do
 * @param longestChanges how long an answer with all changes up to the head goes on
 */
public record DownloadLimits(int answersPerUser, long rate, Duration grace, Duration longestChanges) {
}

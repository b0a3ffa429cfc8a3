/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Duration;

/**
 * The limits of requests while they are received and answered.
 *
 * @param requests how many requests are let in at a time, 1 or more
 * @param requestsPerUser how many requests of one user are let in at a time, 1 or more
 * @param bodyRate the bytes a second at which the body of an upload must come in
 * @param bodyGrace how long any rate will do
 * @param uploadMemory how much memory all uploads together may take, in bytes
 */
public record ServerLimits(int requests, int requestsPerUser, long bodyRate, Duration bodyGrace, long uploadMemory) {
}

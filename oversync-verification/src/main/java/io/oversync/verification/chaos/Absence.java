/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * An event after which a server need not wait for a device any longer: it counts as not
 * seen for long, is revoked or forgotten, or goes on with an older database.
 *
 * @param device its id
 * @param time the time, in {@link System#nanoTime}
 */
record Absence(String device, long time) {
}

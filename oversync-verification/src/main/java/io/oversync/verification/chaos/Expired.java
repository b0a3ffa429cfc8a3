/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * An expiry of tombstones of a stream, after which rows were gone.
 *
 * @param started the time, in {@link System#nanoTime}
 * @param ended when it was over
 * @param retainedSince the position since which the stream retained tombstones then, 0
 * for all
 * @param cursorsKnown whether the server knew the cursors of all devices
 */
record Expired(long started, long ended, long retainedSince, boolean cursorsKnown) {
}

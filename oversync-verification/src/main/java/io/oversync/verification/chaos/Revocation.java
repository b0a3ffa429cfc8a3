/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * A time during which a device was surely refused.
 *
 * @param device its id
 * @param from when the revocation had been made, in {@link System#nanoTime}
 * @param until when it was about to end; the far future if it did not
 */
record Revocation(String device, long from, long until) {
}

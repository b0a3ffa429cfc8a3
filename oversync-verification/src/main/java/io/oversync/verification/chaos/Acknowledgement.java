/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * A request for the stream behind a position: the device has everything up to there, and
 * the server may drop everything that it kept for the device until then (protocol §3).
 *
 * @param device the requesting device
 * @param position the position
 * @param started when it was sent, in {@link System#nanoTime}
 */
record Acknowledgement(String device, long position, long started) {
}

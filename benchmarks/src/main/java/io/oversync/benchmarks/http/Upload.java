/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

/**
 * An upload that is ready to be sent.
 *
 * @param request head and body
 * @param changes how many there are in it
 * @param conflicts how many of them the server has to refuse
 */
record Upload(byte[] request, int changes, int conflicts) {
}

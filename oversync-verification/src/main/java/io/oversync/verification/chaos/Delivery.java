/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import org.jspecify.annotations.Nullable;

/**
 * One arrival of a request at the server, whether or not the device received the
 * response.
 *
 * @param lane the device's lane
 * @param method {@code GET} or {@code POST}
 * @param pathAndQuery below the server's address, such as {@code /sync/download?after=7}
 * @param request the body as the device sent it; empty for none
 * @param complete whether all of it was handed to the server
 * @param status the server's answer, 0 if none came or not all of it
 * @param response the body of a complete answer, decompressed; otherwise null
 * @param started when the first byte was sent to the server, in {@link System#nanoTime}
 * @param ended when the answer was complete, or its loss was known
 */
record Delivery(String lane, String method, String pathAndQuery, byte[] request, boolean complete, int status,
		byte @Nullable [] response, long started, long ended) {
}

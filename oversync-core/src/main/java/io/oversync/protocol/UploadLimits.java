/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * Limits of an upload (§5).
 *
 * @param requestBytes the largest body
 * @param payloadBytes the largest payload of one change
 * @param nestingDepth the deepest nesting of a payload; the object itself counts as 1
 */
public record UploadLimits(long requestBytes, int payloadBytes, int nestingDepth) {
}

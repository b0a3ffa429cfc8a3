/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

/**
 * How a commit moved the head of a stream.
 *
 * @param before the head before it
 * @param head the head since then
 * @param own whether the uploading device made all of the new entries itself
 */
public record HeadMove(long before, long head, boolean own) {
}

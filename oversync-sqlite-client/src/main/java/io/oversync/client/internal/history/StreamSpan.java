/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import io.oversync.client.internal.protocol.ReceivedChange;
import org.jspecify.annotations.Nullable;

/**
 * A part of the stream that was seen: the entries after one position up to another, at
 * their own places. Rows that the server restores come ahead of theirs, and count there.
 *
 * @param after the position at which it starts
 * @param until the position at which it ends
 * @param count the number of entries
 * @param last the last of them, or null if there is none
 * @param micros the latest time of an entry, in microseconds
 * @param more whether the window goes on after it
 */
public record StreamSpan(long after, long until, long count, @Nullable ReceivedChange last, long micros, boolean more) {
}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.Operation;
import org.jspecify.annotations.Nullable;

/**
 * An earlier application of one of the device's change ids.
 *
 * @param serverId its place in the stream
 * @param row the row, null when its table is no longer registered
 * @param op its operation
 * @param version the version that it produced
 */
public record Application(long serverId, @Nullable RowKey row, Operation op, long version) {
}

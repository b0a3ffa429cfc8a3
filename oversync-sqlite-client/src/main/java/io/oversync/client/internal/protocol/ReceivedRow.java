/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A row as the server has it.
 *
 * @param version its version
 * @param deleted whether it is deleted
 * @param payload its after-image, null if it is deleted
 */
public record ReceivedRow(long version, boolean deleted, @Nullable RowPayload payload) {
}

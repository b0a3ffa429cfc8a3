/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A row as the server has it, shown in a conflict (§2.1 step 4).
 *
 * @param table its table
 * @param pk its key
 * @param serverVersion its version
 * @param deleted whether it is deleted
 * @param payload the last after-image, verbatim; null when it is not known
 */
public record ServerRow(TableName table, UUID pk, long serverVersion, boolean deleted, @Nullable Payload payload) {
}

/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One change of an upload as it was sent (§2): the JSON types are right, nothing else has
 * been checked.
 *
 * @param sourceChangeId the device's own number for the change; 0 or less carries no
 * idempotency
 * @param schema the schema, null when missing
 * @param table the table, null when missing
 * @param op the operation, null when missing
 * @param pk the row's key, null when missing
 * @param serverVersion the version that the device last saw, 0 for none
 * @param payload the after-image, null when missing or JSON {@code null}
 */
public record UploadChange(long sourceChangeId, @Nullable String schema, @Nullable String table, @Nullable String op,
		@Nullable String pk, long serverVersion, @Nullable Payload payload) {
}

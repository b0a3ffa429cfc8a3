/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One change of an upload (§2).
 *
 * @param sourceChangeId the device's number of this content, 1 or more
 * @param schema the server's schema
 * @param table the server's table
 * @param op {@code INSERT}, {@code UPDATE} or {@code DELETE}
 * @param pk the row's key, a dashed UUID
 * @param serverVersion the version that the change was made on, 0 for a new row
 * @param payload the text of the after-image, null for a DELETE
 */
public record UploadedChange(long sourceChangeId, String schema, String table, String op, String pk, long serverVersion,
		@Nullable String payload) {
}

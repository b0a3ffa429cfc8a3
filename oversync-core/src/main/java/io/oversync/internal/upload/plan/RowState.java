/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

/**
 * What the sync schema knows of a row of this user.
 *
 * @param version its version
 * @param deleted whether it is a tombstone
 * @param imageServerId the change that holds its last after-image, 0 when none does
 */
public record RowState(long version, boolean deleted, long imageServerId) {
}

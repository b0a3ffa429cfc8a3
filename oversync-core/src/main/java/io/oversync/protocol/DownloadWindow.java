/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * The end of a downloaded page (§3).
 *
 * @param hasMore whether more changes lie in the window
 * @param nextAfter the cursor for the next page
 * @param windowUntil the last server_id of the window
 */
public record DownloadWindow(boolean hasMore, long nextAfter, long windowUntil) {
}
